import { assert, damaged, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { EdxlError, fromEdxl, MAX_LENGTH } from '../src/index.ts';

const message = `<m:RequestResource xmlns:m="urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg" xmlns:c="urn:oasis:names:tc:emergency:EDXL:RM:1.0">
<m:MessageID>RequestResource.1</m:MessageID><m:SentDateTime>2026-06-09T13:00:00-04:00</m:SentDateTime>
<m:MessageContentType>RequestResource</m:MessageContentType><m:OriginatingMessageID>RequestResource.1</m:OriginatingMessageID>
<m:IncidentInformation><c:IncidentID>incident-7</c:IncidentID></m:IncidentInformation>
<m:ContactInformation><c:ContactDescription>Pusdalops</c:ContactDescription><c:ContactRole>Requester</c:ContactRole></m:ContactInformation>
<m:ResourceInformation><m:ResourceInfoElementID>R.1</m:ResourceInfoElementID>
<m:Resource><m:TypeStructure><c:ValueListURN>urn:kinds</c:ValueListURN><c:Value>rubber-boat</c:Value></m:TypeStructure></m:Resource>
<m:AssignmentInformation><m:Quantity><c:QuantityText>4</c:QuantityText></m:Quantity></m:AssignmentInformation>
<m:ScheduleInformation><m:ScheduleType>RequestedArrival</m:ScheduleType></m:ScheduleInformation>
</m:ResourceInformation></m:RequestResource>`;

const test = suite('EDXL-RM that is broken or made to break');

test('damage is refused with an EdxlError of a bounded length, or does no harm', () => {
  let read = 0;
  fc.assert(
    fc.property(damaged([message]), (text) => {
      try {
        fromEdxl(text);
        read += 1;
      } catch (error) {
        assert.ok(error instanceof EdxlError, String(error));
        assert.ok(error.message.length < 10_000, `${error.message.length} characters`);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(read > 0, 'none could still be read');
});

const filled = (part: string): string => part.repeat(Math.floor((MAX_LENGTH - 100) / part.length));
const counted = (count: number, part: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');
const bombs: Record<string, string> = {
  'a tag that never closes': filled('<'),
  'depth without end': filled('<a>'),
  'lone ampersands': `<a>${filled('&')}</a>`,
  entities: `<a>${filled('&amp;')}</a>`,
  attributes: `<a ${counted(40_000, (n) => `a${n}=""`)}/>`,
  'bug: declarations that each element below copied, for twenty seconds': `<a ${counted(20_000, (n) => `xmlns:a${n}="u"`)}>${'<b/>'.repeat(10_000)}</a>`,
  siblings: `<a>${filled('<b/>')}</a>`,
  'a name without end': `<${filled('a')}/>`,
  'names without end within each other': `${`<${'a'.repeat(8_000)}>`.repeat(25)}${`</${'a'.repeat(8_000)}>`.repeat(25)}`,
  'carriage returns': `<a>${filled('\r')}</a>`,
  'an open comment': `<!--${filled('-')}`,
  'an open quote': `<a b='${filled('"')}`,
};
for (const [name, text] of Object.entries(bombs)) {
  test(`a message of half a megabyte with ${name} is refused soon`, () => {
    const startedAt = performance.now();
    assert.throws(
      () => fromEdxl(text),
      (error: unknown) => error instanceof EdxlError && error.message.length < 1_000,
    );
    const took = performance.now() - startedAt;
    // A tenth of a second; a loaded machine is given a hundred times as long.
    assert.ok(took < 10_000, `${took} ms`);
  });
}
