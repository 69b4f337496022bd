/** Value lists of our own, where EDXL-RM leaves them to who uses it. */
export const KINDS = 'urn:siaga:rm:kinds:1';
export const UNITS = 'urn:siaga:rm:units:1';
export const ANSWER_BY = 'urn:siaga:rm:answer-by:1';
export const REFUSALS = 'urn:siaga:rm:commit-refusals:1';
export const STATES = 'urn:siaga:rm:deployment-states:1';
