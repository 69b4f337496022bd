/** The part of docs/reliability.md that a run writes. */
import { faultKinds } from './faults/index.ts';
import type { ChaosRun } from './run.ts';

const BEGIN = '<!-- begin: written by npm run chaos -->';
const END = '<!-- end: written by npm run chaos -->';

interface Reported {
  run: Pick<ChaosRun, 'kinds' | 'driver' | 'seconds' | 'disk' | 'neverHealed' | 'crashes'>;
  summary: Readonly<Record<string, number>>;
  minutes: number;
  machine: string;
}

/** The page with the run's table between its marks. Throws where it has none. */
export const withTable = (page: string, reported: Reported): string => {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/reliability.md has no marks for the table');
  return `${page.slice(0, begin + BEGIN.length)}\n${tableOf(reported)}\n${page.slice(end)}`;
};

const tableOf = ({ run, summary, minutes, machine }: Reported): string => {
  const counts = new Map(run.kinds.map((count) => [count.kind.name, count]));
  const { seed = 0, acknowledged = 0 } = summary;
  const goals = [
    ['commands acknowledged', acknowledged, '≥ 100,000', acknowledged >= 100_000],
    ['faults', summary['faults'] ?? 0, '≥ 100', (summary['faults'] ?? 0) >= 100],
    ...['lost', 'doubled', 'unequal', 'forgedAccepted'].map((name) => [
      name,
      summary[name] ?? 0,
      '0',
      summary[name] === 0,
    ]),
    ['longest heal, ms', summary['longestHealMs'] ?? 0, '< 10,000', (summary['longestHealMs'] ?? 0) < 10_000],
    ['never healed', run.neverHealed.length, '0', run.neverHealed.length === 0],
    ['sites that ended by themselves', run.crashes.length, '0', run.crashes.length === 0],
  ] as const;
  return [
    '',
    `Last run: \`npm run chaos -- --minutes ${minutes} --seed ${seed}\`, ${new Date().toISOString().slice(0, 10)}, ${machine}.`,
    `${Math.round(acknowledged / run.seconds)} commands/s acknowledged, ${run.driver.repeated.toLocaleString('en')} sent again for want of an answer. Disk that was filled: ${run.disk}.`,
    '',
    '| what | count | goal | met |',
    '| --- | ---: | --- | --- |',
    ...goals.map(
      ([name, count, goal, met]) =>
        `| ${String(name)} | ${count.toLocaleString('en')} | ${String(goal)} | ${met ? 'yes' : 'no'} |`,
    ),
    '',
    '| fault | what happens | what is promised | shown by | done | longest heal, ms |',
    '| --- | --- | --- | --- | ---: | ---: |',
    ...faultKinds.map(({ name, what, promised }) => {
      const count = counts.get(name);
      const command = `\`npm run chaos -- --minutes 1 --only ${name}\``;
      return `| ${name} | ${what} | ${promised} | ${command} | ${count?.done ?? 0} | ${count?.longestHealMs ?? ''} |`;
    }),
    '',
  ].join('\n');
};
