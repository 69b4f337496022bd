import bars from '@fortawesome/fontawesome-free/svgs/solid/bars.svg?icon';
import circleHalf from '@fortawesome/fontawesome-free/svgs/solid/circle-half-stroke.svg?icon';
import language from '@fortawesome/fontawesome-free/svgs/solid/language.svg?icon';
import question from '@fortawesome/fontawesome-free/svgs/solid/circle-question.svg?icon';
import user from '@fortawesome/fontawesome-free/svgs/solid/user.svg?icon';
import type { SourceView } from '@siaga/domain';
import { useState } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import { clock } from '../picture/clock.ts';
import { connection, live, replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { clockTime, longDay, spanOf } from '../time.ts';
import { useIsPhone } from './media.ts';
import { useRegencyName } from './names.ts';
import { PageNav } from './page-nav.tsx';
import { session, signOut, site } from './site.ts';
import { setView, view } from './view.ts';

export const Header = () => {
  const text = useText();
  const here = useStore(site, (now) => now?.regency.name);
  const phone = useIsPhone();
  const [menu, setMenu] = useState(false);
  return (
    <header class="header" data-menu={menu ? 'open' : undefined}>
      <h1 class="brand">
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M16 1 31 16 16 31 1 16Z" />
        </svg>
        <span>
          <b>Siaga</b>
          {here && <span class="agency">{text.agency(here)}</span>}
        </span>
      </h1>
      <ConnectionSign />
      <Sources />
      <Clock />
      <button
        type="button"
        class="tool menu"
        aria-expanded={menu}
        title={text.menu}
        aria-label={text.menu}
        onClick={() => setMenu(!menu)}
      >
        <Icon of={bars} />
      </button>
      <Tools />
      {!phone && <PageNav />}
    </header>
  );
};

/** LIVE only while the stream is heard and the screen shows now. */
const ConnectionSign = () => {
  const text = useText();
  const state = useStore(connection, (now) => now.is);
  const past = useStore(replay, (back) => back !== undefined);
  const shown = state === 'live' && past ? 'past' : state;
  return (
    <p class="sign" data-state={shown} role="status" aria-label={`${text.connectionLabel}: ${text[shown]}`}>
      <span class="sign-dot" aria-hidden="true" />
      {text[shown]}
    </p>
  );
};

const Sources = () => {
  const text = useText();
  const sources = useStore(live, (picture) => picture.sources);
  return (
    <ul class="sources" aria-label={text.sources}>
      {sources.map((source) => (
        <SourceChip key={source.regency} source={source} />
      ))}
    </ul>
  );
};

const SourceChip = ({ source }: { source: SourceView }) => {
  const text = useText();
  const name = useRegencyName(source.regency);
  const age = useAgeOfSource(source);
  const behind = (source.announcedSequence ?? 0) - source.lastSequence;
  // While this screen is cut off, nothing is known of anyone's link.
  const cut = useStore(connection, (now) => now.is !== 'live');
  const state = cut ? 'lost' : source.link;
  return (
    <li class="source" data-link={state} data-regency={source.regency}>
      <span class="source-name">
        <span class="source-dot" aria-hidden="true" />
        {name}
      </span>
      <span class="source-facts">
        <span class="source-age">{age}</span>
        <span>{source.lastSequence > 0 ? text.sequence(source.lastSequence) : text.noSequence}</span>
        {behind > 0 && <span class="source-behind">{text.behind(behind)}</span>}
      </span>
    </li>
  );
};

/** The age of a half by the server's clock; a half that never was complete has none. */
export const useAgeOfSource = ({ completeAt }: SourceView): string => {
  const text = useText();
  return useStore(clock, (now) =>
    completeAt === undefined ? text.neverComplete : text.ago(spanOf(now - Date.parse(completeAt))),
  );
};

const Clock = () => {
  const language = useLanguage();
  const time = useStore(clock, (now) => clockTime(language, now));
  const day = useStore(clock, (now) => longDay(language, now));
  return (
    <p class="clock">
      <time>{time}</time> WIB <span class="clock-day">{day}</span>
    </p>
  );
};

const Tools = () => {
  const text = useText();
  const night = useStore(view, (now) => now.theme === 'night');
  const now = useLanguage();
  const account = useStore(session, (known) => known?.account);
  const leave = () => void signOut().catch(() => session.set(null));
  return (
    <nav class="tools" aria-label={text.menu}>
      <button
        type="button"
        class="tool"
        lang={now === 'id' ? 'en' : 'id'}
        title={text.language}
        aria-label={`${now === 'id' ? 'EN' : 'ID'} ${text.language}`}
        onClick={() => setView({ language: now === 'id' ? 'en' : 'id' })}
      >
        <Icon of={language} />
        {now === 'id' ? 'EN' : 'ID'}
      </button>
      <button
        type="button"
        class="tool"
        title={night ? text.toDay : text.toNight}
        aria-label={night ? text.toDay : text.toNight}
        onClick={() => setView({ theme: night ? 'day' : 'night' })}
      >
        <Icon of={circleHalf} />
      </button>
      <button
        type="button"
        class="tool"
        title={text.help}
        aria-label={text.help}
        onClick={() => setView({ dialog: { kind: 'help' } })}
      >
        <Icon of={question} />
      </button>
      {account ? (
        <span class="account">
          <Icon of={user} />
          <span class="account-name">{text.account(account.username, text.role[account.role])}</span>
          <button type="button" class="plain" onClick={leave}>
            {text.signOut}
          </button>
        </span>
      ) : (
        <button type="button" class="tool" onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
          <Icon of={user} />
          {text.signIn}
        </button>
      )}
    </nav>
  );
};
