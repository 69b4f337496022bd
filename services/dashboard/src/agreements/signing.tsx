import { type AgreementVersionView, type VersionMark } from '@siaga/domain';
import type { AgreementItem } from '../api/contract.ts';
import { useRegencyNames } from '../app/names.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useLanguage } from '../text/text.ts';
import { dayOf, dayText } from '../time.ts';
import { Moment } from './parts.tsx';

/** Who has finalised, had approved and signed this version: both parties side by side, over the same hash. */
export const Signing = ({ item, version }: { item: AgreementItem; version: AgreementVersionView }) => {
  const words = useAgreementsText();
  const name = useRegencyNames();
  const parties = [item.owner, item.counterpart];
  const { finalised, approved, signed, hash, document } = version;
  return (
    <section class="block signing">
      <h3>{words.signing}</h3>
      <p class="quiet">{words.versionShort(version.version, words.kind[version.kind])}</p>
      <table>
        <thead>
          <tr>
            <td />
            {parties.map((party) => (
              <th key={party} scope="col">
                {name(party)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(
            [
              ['finalise', finalised],
              ['approve-dprd', approved],
              ['sign', signed],
            ] as const
          ).map(([stage, marks]) => (
            <tr key={stage}>
              <th scope="row">{words.stage[stage]}</th>
              {parties.map((party) => (
                <td key={party}>
                  <Mark
                    mark={marks.findLast(({ regency }) => regency === party)}
                    needed={stage !== 'approve-dprd' || document.terms.burdensBudget}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Hash hash={hash} />
    </section>
  );
};

const Mark = ({ mark, needed }: { mark: VersionMark | undefined; needed: boolean }) => {
  const words = useAgreementsText();
  const language = useLanguage();
  if (!needed && !mark) return <span class="quiet">{words.notNeeded}</span>;
  if (!mark) return <span class="not-yet">{words.notYet}</span>;
  if (!mark.same) return <span class="not-yet">{words.otherText}</span>;
  const day = mark.on ?? dayOf(Date.parse(mark.occurredAt));
  return (
    <span class="said">
      ✓ {dayText(language, day)}
      {mark.decision !== undefined && <span class="said-note">{words.decision(mark.decision)}</span>}
      <span class="said-note">
        {words.event(mark.sequence)}, <Moment at={mark.recordedAt} />
      </span>
    </span>
  );
};

/** Shortened, as people compare it aloud; in full on demand. */
export const Hash = ({ hash }: { hash: string }) => {
  const words = useAgreementsText();
  return (
    <details class="hash">
      <summary>
        {words.hash}: <code>{shortHash(hash)}</code>
      </summary>
      <code class="hash-full">{hash}</code>
      <p class="quiet">{words.hashNote}</p>
    </details>
  );
};

/** The first 16 digits, in fours. */
const shortHash = (hash: string): string => `${hash.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ')} …`;
