/** Texts with damage done to them: what a disk, a cut line or somebody with time on their hands makes of a message. */
import fc from 'fast-check';

const words =
  '" \' < > & &#0; &#x110000; &x; ]]> <![CDATA[ <!-- <!DOCTYPE <?x?> </ { } [ ] , : - 1e999 -0 NaN null true';
const pieces = words
  .split(' ')
  .concat('', '\0', '\uFEFF', '\uD800', '\uFFFE', '\u202E', '\n', '\r', ' ', '٣')
  .concat('"__proto__":', '"constructor":', '9'.repeat(20), 'x'.repeat(3_000), '['.repeat(3_000));

/** One to five parts of one of `texts` are cut out, doubled, or are something else. */
export const damaged = (texts: readonly [string, ...string[]]): fc.Arbitrary<string> => {
  const wound = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.oneof(fc.nat(3), fc.nat(80)),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 })),
    doubles: fc.boolean(),
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(wound, { minLength: 1, maxLength: 5 }))
    .map(([text, wounds]) =>
      wounds.reduce((hurt, { at, cut, put, doubles }) => {
        const from = Math.floor(at * hurt.length);
        const part = hurt.slice(from, from + cut);
        return hurt.slice(0, from) + (doubles ? part + part : put) + hurt.slice(from + cut);
      }, text),
    );
};
