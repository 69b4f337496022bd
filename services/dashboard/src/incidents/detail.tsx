import '../styles/actions.css';
import '../styles/detail.css';
import close from '@fortawesome/fontawesome-free/svgs/solid/xmark.svg?icon';
import type { Details } from '@siaga/domain';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { IncidentItem } from '../api/contract.ts';
import { useAgo, useIncidentPlace, useRegencyName } from '../app/names.ts';
import { closeIncident, incidentHref } from '../app/route.ts';
import { site } from '../app/site.ts';
import { Icon } from '../icon.tsx';
import { shown } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { formatNumber, fullTime } from '../time.ts';
import { Actions } from './actions.tsx';
import { EventLink } from './count.tsx';
import { FigureTables, TotalsTable } from './figures.tsx';
import { History } from './history.tsx';
import { StatusMark, StatusWord } from './status-mark.tsx';
import { useDetail } from './use-detail.ts';

/** One incident: what is known of it, whose it is, and the events behind every figure. */
export const Detail = ({ incident }: { incident: string }) => {
  const text = useText();
  const work = useWorkText();
  const { answer, history, problem, retry } = useDetail(incident);
  const held = useStore(shown, ({ incidents }) => incidents.get(incident));
  const item = held ?? answer?.item;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  return (
    <aside class="detail" ref={panel} tabIndex={-1} aria-labelledby="detail-title">
      <button
        type="button"
        class="tool detail-close"
        title={text.close}
        aria-label={text.close}
        onClick={closeIncident}
      >
        <Icon of={close} />
      </button>
      {item ? (
        <>
          <Head item={item} />
          <Actions item={item} />
          <Facts item={item} others={answer?.group?.incidents.filter(({ id }) => id !== item.id) ?? []} />
          {answer && (
            <TotalsTable totals={answer.group?.totals ?? answer.totals} ofGroup={Boolean(answer.group)} />
          )}
          <FigureTables item={item} />
          {problem === 'failed' ? <Failed retry={retry} /> : <History items={history} />}
        </>
      ) : (
        <>
          <h2 id="detail-title">{text.incidents}</h2>
          {problem === 'failed' ? (
            <Failed retry={retry} />
          ) : (
            <p class="waiting">{problem === 'unknown' ? work.notFound : work.detailLoading}</p>
          )}
        </>
      )}
    </aside>
  );
};

const Failed = ({ retry }: { retry: () => void }) => {
  const text = useText();
  const work = useWorkText();
  return (
    <p class="waiting" role="alert">
      {work.detailFailed}{' '}
      <button type="button" onClick={retry}>
        {text.again}
      </button>
    </p>
  );
};

const Head = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const work = useWorkText();
  const { place, district } = useIncidentPlace(item);
  const owner = useRegencyName(item.regency);
  const own = useStore(site, (now) => now?.regency.code === item.regency);
  const ago = useAgo(item.updatedAt);
  return (
    <header class="detail-head">
      <StatusMark hazard={item.hazard} status={item.status} />
      <div>
        <h2 id="detail-title">
          {text.hazard[item.hazard]} · {place}
        </h2>
        <p class="detail-where">{[district, owner].filter(Boolean).join(', ')}</p>
        <p class="row-facts">
          <StatusWord status={item.status} />
          <span class="owner" data-own={own}>
            {work.of(owner)}
          </span>
          <span>{text.updated(ago)}</span>
        </p>
      </div>
    </header>
  );
};

const Facts = ({ item, others }: { item: IncidentItem; others: IncidentItem[] }) => {
  const work = useWorkText();
  const language = useLanguage();
  return (
    <section class="block">
      <p class="chronology">{item.chronology}</p>
      <dl class="facts">
        {item.statusReason && <Fact name={work.reason}>{item.statusReason}</Fact>}
        {item.mergedInto && (
          <Fact name={work.mergedInto}>
            <a href={incidentHref(item.mergedInto)}>{work.openOther}</a>
          </Fact>
        )}
        {others.map((other) => (
          <Fact key={other.id} name={work.sameEvent}>
            <Other item={other} />
          </Fact>
        ))}
        {item.touches.length > 1 && (
          <Fact name={work.touches}>
            {item.touches.map((regency, index) => (
              <RegencyName key={regency} code={regency} after={index < item.touches.length - 1 ? ', ' : ''} />
            ))}
          </Fact>
        )}
        <Fact name={work.occurred}>{fullTime(language, Date.parse(item.occurredAt))}</Fact>
        <Fact name={work.reportedAt}>{fullTime(language, Date.parse(item.reportedAt))}</Fact>
        <Fact name={work.source}>{item.source}</Fact>
        {item.point && <Fact name={work.point}>{pointText(item.point)}</Fact>}
        {(Object.keys(work.details) as (keyof Details)[]).map((name) => {
          const value = item.details[name];
          const from = item.detailsFrom[name];
          if (value === undefined) return null;
          return (
            <Fact key={name} name={work.details[name]}>
              {typeof value === 'number' ? formatNumber(language, value) : value}{' '}
              {from && <EventLink incident={item.id} regency={item.regency} sequence={from.sequence} />}
            </Fact>
          );
        })}
      </dl>
    </section>
  );
};

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const RegencyName = ({ code, after }: { code: string; after: string }) => (
  <>
    {useRegencyName(code)}
    {after}
  </>
);

const Other = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const { place } = useIncidentPlace(item);
  const owner = useRegencyName(item.regency);
  return (
    <a href={incidentHref(item.id)}>
      {text.hazard[item.hazard]} · {place}, {owner}
    </a>
  );
};

/** Latitude first, as people read coordinates aloud. */
const pointText = ([longitude, latitude]: readonly [number, number]) =>
  `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
