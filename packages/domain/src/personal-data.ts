/**
 * Free text travels to the neighbour and the public, so it may not carry what identifies a person
 * (UU 27/2022 on personal data protection). Names can't be recognised by a rule; numbers can.
 */
/** 16 digits: region, birth date (day + 40 for women), serial (Permendagri 109/2019). */
const NIK = /(?<!\d)\d{6}(?:0[1-9]|[1256]\d|3[01]|4[1-9]|7[01])(?:0[1-9]|1[0-2])\d{6}(?!\d)/;
const PHONE = /(?<!\d)(?:\+?62|0)8[1-9](?:[\s.-]?\d){7,11}(?!\d)/; // Indonesian mobile numbers

/** Which kind of personal number stands in `text`, if any. */
export const personalNumberIn = (text: string): 'nik' | 'phone' | undefined => {
  if (NIK.test(text)) return 'nik';
  if (PHONE.test(text)) return 'phone';
  return undefined;
};
