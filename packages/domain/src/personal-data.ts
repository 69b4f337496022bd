/**
 * Free text travels to the neighbour and the public, so it may not carry what identifies a person
 * (UU 27/2022 on personal data protection). Names can't be recognised by a rule; numbers can.
 */
/** What stands between the groups of a number as people write it. */
const GAP = '[\\s.\\-\u2010-\u2015]';
/**
 * 16 digits as one word, as region, birth and serial (6-6-4) or in fours. A look-ahead, so that a number that
 * begins within another group of four is found too.
 */
const SIXTEEN = new RegExp(
  `(?<!\\d)(?=(\\d{6}${GAP}?\\d{6}${GAP}?\\d{4}|\\d{4}${GAP}\\d{4}${GAP}\\d{4}${GAP}\\d{4})(?!\\d))`,
  'g',
);
/** Region, birth date (day + 40 for women), serial (Permendagri 109/2019). A family card's number (KK) has this form too. */
const NIK = /^\d{6}(?:0[1-9]|[1256]\d|3[01]|4[1-9]|7[01])(?:0[1-9]|1[0-2])\d{6}$/;
/** Indonesian mobile numbers: 08… or +62 8…, 9 to 13 digits after the 0 or 62. */
const PHONE = new RegExp(`(?<!\\d)(?:(?:\\+|00)?62|0)${GAP}?8[1-9](?:${GAP}?\\d){7,11}(?!\\d)`);

/** Which kind of personal number stands in `text`, if any. */
export const personalNumberIn = (text: string): 'nik' | 'phone' | undefined => {
  // Most texts have none, and looking for it costs as much as the rest of a command's decision.
  if (!/\d/.test(text)) return undefined;
  for (const [, number = ''] of text.matchAll(SIXTEEN)) if (NIK.test(number.replace(/\D/g, ''))) return 'nik';
  return PHONE.test(text) ? 'phone' : undefined;
};
