import { type Confidence, Pixel, pixelIdentity } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { readFirms } from '../src/index.ts';
import { MODIS, VIIRS, viirs, viirsRow } from './firms-files.ts';

const read = (text: string) => {
  const reading = readFirms(text);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading;
};
const onePixel = (text: string) => {
  const { rows, rejected } = read(text);
  assert.deepEqual(rejected, []);
  const [row] = rows;
  assert.ok(row && rows.length === 1);
  return row.pixel;
};
const reasonOf = (change: Record<string, string>) => {
  const { rows, rejected } = read(viirs(change));
  assert.deepEqual(rows, []);
  assert.equal(rejected.length, 1);
  assert.equal(rejected[0]?.line, 2);
  assert.equal(rejected[0]?.raw, viirsRow(change));
  return rejected[0]?.reason;
};
const expected: Pixel = {
  at: [112.2, -2.4],
  acquiredOn: '2026-08-17',
  acquiredAt: '2026-08-17T05:33:00.000Z',
  satellite: 'SNPP',
  instrument: 'VIIRS',
  confidence: 'nominal',
  frp: 5.65,
  brightness: 341.15,
  scan: 0.39,
  track: 0.59,
  daynight: 'D',
};

const variants = suite('variants of FIRMS files');
variants('VIIRS', () => {
  assert.deepEqual(onePixel(viirs({})), expected);
  assert.equal(read(viirs({})).variant, 'viirs');
});
variants('VIIRS without the instrument', () => {
  const drop = (line: string) => line.split(',').toSpliced(8, 1).join(',');
  assert.deepEqual(onePixel(`${drop(VIIRS)}\n${drop(viirsRow())}`), expected);
});
variants('with the country first', () =>
  assert.deepEqual(onePixel(`country_id,${VIIRS}\nIDN,${viirsRow()}`), expected),
);
variants('MODIS', () => {
  const text = `${MODIS}\n-2.4,112.2,312.5,1.1,1,2026-08-17,0224,Terra,MODIS,80,6.1NRT,290.1,12.5,D\n`;
  assert.deepEqual(onePixel(text), {
    ...expected,
    acquiredAt: '2026-08-17T02:24:00.000Z',
    satellite: 'Terra',
    instrument: 'MODIS',
    confidence: 'high',
    frp: 12.5,
    brightness: 312.5,
    scan: 1.1,
    track: 1,
  });
  assert.equal(read(text).variant, 'modis');
});
variants('without a time, and with a confidence that nobody documents', () => {
  const text =
    'latitude,longitude,confidence,frp,acq_date,satellite,province,regency\n' +
    '-0.9162532072145906,112.06025963607155,1,9.739999771118164,2026-08-17,SNPP,Central Kalimantan,Seruyan\n';
  assert.deepEqual(onePixel(text), {
    at: [112.06025963607155, -0.9162532072145906],
    acquiredOn: '2026-08-17',
    satellite: 'SNPP',
    instrument: 'VIIRS',
    confidence: 'unknown',
    frp: 9.739999771118164,
  });
  assert.equal(read(text).variant, 'reduced');
});
variants('columns in another order', () => {
  const turn = (line: string) => line.split(',').reverse().join(',');
  assert.deepEqual(onePixel(`${turn(VIIRS)}\n${turn(viirsRow())}`), expected);
});
variants(
  'BOM, CRLF, quotes, capitals in the header, blanks around cells, blank lines, no end of line',
  () => {
    const dress = (line: string) =>
      line
        .split(',')
        .map((cell) => ` "${cell}" `)
        .join(',');
    const text = `\uFEFF\r\n${dress(VIIRS.toUpperCase())}\r\n\r\n   \r\n${dress(viirsRow())}`;
    assert.deepEqual(onePixel(text), expected);
  },
);
variants('a BOM right before a quoted header', () =>
  assert.deepEqual(onePixel(`\uFEFF"latitude"${VIIRS.slice('latitude'.length)}\n${viirsRow()}`), expected),
);
variants('old Mac line ends', () => assert.deepEqual(onePixel(`${VIIRS}\r${viirsRow()}\r`), expected));
variants('an exercise names a satellite of its own', () =>
  assert.equal(onePixel(viirs({ satellite: 'Latihan' })).satellite, 'LATIHAN'),
);
variants('optional cells may be empty', () => {
  const { frp: _, brightness: __, scan: ___, track: ____, daynight: _____, ...rest } = expected;
  assert.deepEqual(onePixel(viirs({ bright_ti4: '', scan: '', track: '', frp: '', daynight: '' })), rest);
});

const cells = suite('cells of FIRMS rows');
for (const [written, time] of Object.entries({
  '0533': '05:33',
  '533': '05:33',
  '7': '00:07',
  '0': '00:00',
  '2359': '23:59',
  '05:33': '05:33',
  '5:33': '05:33',
})) {
  cells(`acq_time ${written} is ${time} UTC`, () =>
    assert.equal(onePixel(viirs({ acq_time: written })).acquiredAt, `2026-08-17T${time}:00.000Z`),
  );
}
const viirsWords: Record<string, Confidence> = {
  l: 'low',
  n: 'nominal',
  h: 'high',
  low: 'low',
  nominal: 'nominal',
  high: 'high',
  H: 'high',
  7: 'low',
  8: 'nominal',
  9: 'high',
  1: 'unknown',
  85: 'unknown',
  '': 'unknown',
};
for (const [written, confidence] of Object.entries(viirsWords)) {
  cells(`VIIRS confidence "${written}" is ${confidence}`, () =>
    assert.equal(onePixel(viirs({ confidence: written })).confidence, confidence),
  );
}
cells('a confidence that is a word of JavaScript is just not known', () =>
  assert.equal(onePixel(viirs({ confidence: 'constructor' })).confidence, 'unknown'),
);
const modisPercents: Record<string, Confidence> = {
  0: 'low',
  8: 'low',
  29: 'low',
  30: 'nominal',
  79: 'nominal',
  80: 'high',
  100: 'high',
};
for (const [written, confidence] of Object.entries(modisPercents)) {
  cells(`MODIS confidence ${written} is ${confidence}`, () => {
    const change = { satellite: 'Aqua', instrument: 'MODIS', confidence: written };
    assert.equal(onePixel(viirs(change)).confidence, confidence);
  });
}
for (const [name, written] of Object.entries({
  SNPP: ['N', 'SNPP', 'S-NPP', 'Suomi NPP', 'npp'],
  'NOAA-20': ['N20', '1', 'NOAA-20', 'noaa20'],
  'NOAA-21': ['N21', 'NOAA-21'],
})) {
  cells(`${name} is one satellite, written ${written.join(', ')}`, () => {
    const identities = written.map((satellite) => pixelIdentity(onePixel(viirs({ satellite }))));
    assert.equal(new Set(identities).size, 1);
    assert.ok(identities[0]?.startsWith(`${name} `));
  });
}
cells('Terra and Aqua by letter and by name', () => {
  for (const [name, written] of Object.entries({ Terra: ['T', 'Terra', 'TERRA'], Aqua: ['A', 'Aqua'] })) {
    for (const satellite of written) {
      assert.equal(onePixel(viirs({ satellite, instrument: 'MODIS', confidence: '50' })).satellite, name);
    }
  }
});
cells('a pixel is the same in every variant that has its time', () => {
  const cut = (line: string) => line.split(',').toSpliced(8, 1).join(',');
  const other = `${cut(VIIRS)}\n${cut(viirsRow({ satellite: 'Suomi NPP', acq_time: '05:33', latitude: '-2.40000', version: '2', frp: '5.7' }))}`;
  assert.equal(pixelIdentity(onePixel(other)), pixelIdentity(onePixel(viirs({}))));
});

const rejections = suite('rows that are rejected');
const reasons: [Record<string, string>, string][] = [
  [{ latitude: '95' }, 'latitude "95" is not between -90 and 90'],
  [{ latitude: '112.2', longitude: '-2.4' }, 'latitude "112.2" is not between -90 and 90'],
  [{ longitude: '-180.1' }, 'longitude "-180.1" is not between -180 and 180'],
  [{ latitude: '' }, 'latitude is empty'],
  [{ latitude: 'NaN' }, 'latitude "NaN" is no number'],
  [{ latitude: '0x10' }, 'latitude "0x10" is no number'],
  [{ longitude: 'Infinity' }, 'longitude "Infinity" is no number'],
  [{ acq_date: '2026-02-30' }, 'acq_date "2026-02-30" is no date like 2026-08-17'],
  [{ acq_date: '17/08/2026' }, 'acq_date "17/08/2026" is no date like 2026-08-17'],
  [{ acq_date: '' }, 'acq_date "" is no date like 2026-08-17'],
  [{ acq_time: '2400' }, 'acq_time "2400" is no time like 0533'],
  [{ acq_time: '1260' }, 'acq_time "1260" is no time like 0533'],
  [{ acq_time: '' }, 'acq_time "" is no time like 0533'],
  [{ acq_time: '-7' }, 'acq_time "-7" is no time like 0533'],
  [{ frp: '-0.1' }, 'frp "-0.1" is not between 0 and 100000'],
  [{ bright_ti4: '0' }, 'bright_ti4 "0" is not between 1 and 2000'],
  [{ scan: '-1' }, 'scan "-1" is not between 0.01 and 10'],
  [{ daynight: 'X' }, 'daynight "X" is neither D nor N'],
  [{ satellite: '' }, 'satellite "" is no satellite\'s name'],
  [{ instrument: 'OLI' }, 'instrument "OLI" is neither VIIRS nor MODIS'],
  [{ instrument: 'MODIS' }, 'SNPP carries VIIRS, the row says MODIS'],
  [
    { satellite: 'Aqua', instrument: 'MODIS', confidence: '101' },
    'confidence "101" is not between 0 and 100',
  ],
  [{ frp: '1,5' }, 'the line has 15 cells, the first line has 14'],
];
for (const [change, reason] of reasons) {
  rejections(`${Object.entries(change).flat().join(' ')}`, () => assert.equal(reasonOf(change), reason));
}
rejections('an unknown satellite where no column tells the instrument', () => {
  const text = 'latitude,longitude,confidence,acq_date,satellite\n-2.4,112.2,n,2026-08-17,L8\n';
  assert.equal(
    read(text).rejected[0]?.reason,
    'satellite "L8" is not known and no column tells the instrument',
  );
});
rejections('a bad row takes no other with it, and is found by its line', () => {
  const { rows, rejected } = read(viirs({ latitude: '1' }, { latitude: '95' }, { latitude: '2' }));
  assert.deepEqual(
    rows.map(({ line, pixel }) => [line, pixel.at[1]]),
    [
      [2, 1],
      [4, 2],
    ],
  );
  assert.deepEqual(
    rejected.map(({ line }) => line),
    [3],
  );
});
rejections('lines are counted as an editor counts them, blank ones too', () => {
  const { rows, rejected } = read(`\n${VIIRS}\n\n${viirsRow()}\n\n${viirsRow({ frp: '-1' })}\n`);
  assert.deepEqual([rows[0]?.line, rejected[0]?.line], [4, 6]);
});
rejections('a quote that is never closed spoils its own line only', () => {
  const rows = [
    viirsRow(),
    `"${viirsRow()}`,
    viirsRow({ latitude: '-2.5' }),
    viirsRow({ version: 'a"b' }),
    viirsRow(),
  ];
  const reading = read([VIIRS, ...rows].join('\n'));
  assert.deepEqual(
    reading.rows.map(({ line }) => line),
    [2, 4, 6],
  );
  assert.deepEqual(
    reading.rejected.map(({ line }) => line),
    [3, 5],
  );
  for (const { reason } of reading.rejected)
    assert.equal(reason, 'a quote is not closed, or stands within a cell');
});
rejections('two quotes that open and close over lines spoil those lines only', () => {
  const rows = [viirsRow(), `"${viirsRow()}`, `${viirsRow()}"`, viirsRow({ latitude: '-2.5' })];
  const reading = read([VIIRS, ...rows].join('\n'));
  assert.deepEqual(
    reading.rows.map(({ line }) => line),
    [2, 5],
  );
  assert.deepEqual(
    reading.rejected.map(({ line }) => line),
    [3, 4],
  );
});
rejections('a pixel after the time given lies in the future', () => {
  const text = viirs({ acq_time: '0533' }, { acq_time: '0535' });
  const reading = readFirms(text, { notAfter: '2026-08-17T05:34:00.000Z' });
  assert.ok(reading.ok);
  assert.deepEqual(
    reading.rows.map(({ line }) => line),
    [2],
  );
  assert.deepEqual(
    reading.rejected.map(({ line, reason }) => [line, reason]),
    [[3, '2026-08-17T05:35:00.000Z lies in the future']],
  );
});
rejections('a date without a time is the future only from the next day on', () => {
  const text =
    'latitude,longitude,confidence,acq_date,satellite\n-2.4,112.2,n,2026-08-17,N\n-2.4,112.2,n,2026-08-18,N\n';
  const reading = readFirms(text, { notAfter: '2026-08-17T00:00:00.000Z' });
  assert.ok(reading.ok);
  assert.deepEqual([reading.rows.length, reading.rejected[0]?.reason], [1, '2026-08-18 lies in the future']);
});
rejections('what is kept of a very long line is cut', () => {
  const [row] = read(`${VIIRS}\n${'x'.repeat(100_000)}`).rejected;
  assert.equal(row?.raw.length, 2000);
});

const headers = suite('files that are no FIRMS files');
const NEEDED = ['latitude', 'longitude', 'acq_date', 'satellite', 'confidence'];
for (const text of ['', '\uFEFF', '\r\n  \n']) {
  headers(`an empty file, ${JSON.stringify(text)}`, () =>
    assert.deepEqual(readFirms(text), {
      ok: false,
      problem: 'The file is empty.',
      missing: NEEDED,
      found: [],
    }),
  );
}
headers('a file with only a header has nothing in it', () =>
  assert.deepEqual(readFirms(`${VIIRS}\n`), { ok: true, variant: 'viirs', rows: [], rejected: [] }),
);
headers('says which columns are missing', () =>
  assert.deepEqual(readFirms('latitude,longitude,when,satellite\n1,2,3,4\n'), {
    ok: false,
    problem: 'The first line lacks acq_date, confidence.',
    missing: ['acq_date', 'confidence'],
    found: ['latitude', 'longitude', 'when', 'satellite'],
  }),
);
headers('rows without a header lack every column', () => {
  const reading = readFirms(viirsRow());
  assert.ok(!reading.ok);
  assert.deepEqual(reading.missing, NEEDED);
});
headers('a column that stands twice leaves open which is meant', () => {
  const reading = readFirms(`${VIIRS},frp\n${viirsRow()},5\n`);
  assert.ok(!reading.ok && reading.problem === 'The first line has frp twice.');
});
headers('JSON, HTML and a broken quote are no header', () => {
  for (const text of ['{"latitude": 1}', '<!doctype html><html>', '"latitude,longitude', '\u0000\u0001']) {
    assert.ok(!readFirms(text).ok, text);
  }
});

const properties = suite('arbitrary FIRMS files');
const row = fc
  .record({
    latitude: fc.double({ min: -3.5, max: -0.7, noNaN: true }).map((value) => value.toFixed(5)),
    longitude: fc.double({ min: 111.5, max: 113.3, noNaN: true }).map((value) => value.toFixed(5)),
    acq_time: fc
      .integer({ min: 0, max: 23 })
      .chain((hour) => fc.nat(59).map((minute) => String(hour * 100 + minute))),
    satellite: fc.constantFrom('N', 'N20', 'N21', '1'),
    confidence: fc.constantFrom('l', 'n', 'h', 'nominal', '7', '1'),
    frp: fc.double({ min: 0, max: 900, noNaN: true }).map((value) => value.toFixed(2)),
  })
  .map((change) => viirsRow(change));
const file = fc
  .tuple(fc.array(row, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([rows, end, bom]) => `${bom ? '\uFEFF' : ''}${[VIIRS, ...rows].join(end)}${end}`);
/** Lines with something in them behind the first, counted without the reader's help. */
const dataLines = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split('\n')
    .filter((line) => line.trim() !== '').length - 1;
const nothingLost = (text: string) => {
  const reading = readFirms(text, { notAfter: '2026-08-17T12:00:00.000Z' });
  if (!reading.ok) {
    assert.ok(reading.problem.endsWith('.'));
    return;
  }
  const lines = [...reading.rows, ...reading.rejected].map(({ line }) => line);
  assert.equal(new Set(lines).size, lines.length, 'each line once');
  assert.equal(lines.length, dataLines(text));
  for (const { pixel } of reading.rows) Pixel.parse(pixel);
  for (const { reason } of reading.rejected) assert.ok(reason.length > 0);
};
properties('a valid file gives a row for every line', () =>
  fc.assert(
    fc.property(file, (text) => {
      const { rows, rejected } = read(text);
      assert.deepEqual(rejected, []);
      assert.equal(rows.length, dataLines(text));
    }),
  ),
);
properties('whatever is done to a file, nothing throws and no line is lost', () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 30 }),
    put: fc.oneof(
      fc.constantFrom('"', '\n', '\r', ',', '""', '\u0000', '-', ' ', '\uFEFF', 'é', '\u2028', "'"),
      fc.string({ maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
  });
  fc.assert(
    fc.property(file, fc.array(damage, { minLength: 1, maxLength: 6 }), (text, damages) => {
      const damaged = damages.reduce((now, { at, cut, put }) => {
        const from = Math.floor(at * now.length);
        return now.slice(0, from) + put + now.slice(from + cut);
      }, text);
      nothingLost(damaged);
    }),
    { numRuns: 2000 },
  );
});
properties('damage behind the header never makes the file unreadable', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          row,
          fc.string({ unit: 'binary' }),
          row.map((line) => `"${line}`),
        ),
      ),
      (lines) => {
        const text = [VIIRS, ...lines].join('\n');
        assert.ok(readFirms(text).ok);
        nothingLost(text);
      },
    ),
    { numRuns: 500 },
  ),
);
properties('a file cut off anywhere loses the cut line at most', () =>
  fc.assert(
    fc.property(file, fc.nat(), (text, where) => {
      const cut = text.slice(0, VIIRS.length + 2 + (where % text.length));
      const whole = read(text);
      const part = read(cut);
      nothingLost(cut);
      const complete = part.rows.slice(0, -1);
      assert.deepEqual(complete, whole.rows.slice(0, complete.length));
    }),
    { numRuns: 500 },
  ),
);
properties('quotes anywhere spoil their own line at most', () => {
  const cell = fc.oneof(
    fc.constantFrom('"a,b"', '"a""b"', ' "a" ', 'a"', '"', '""', ' '),
    fc.string({ maxLength: 5 }),
  );
  const broken = fc.array(cell, { minLength: 1, maxLength: 16 }).map((list) => list.join(','));
  fc.assert(
    fc.property(fc.array(broken, { maxLength: 8 }), (lines) => {
      const { rows } = read([VIIRS, viirsRow(), ...lines, viirsRow({ latitude: '-2.5' })].join('\n'));
      assert.equal(rows[0]?.pixel.at[1], -2.4);
      assert.equal(rows.at(-1)?.pixel.at[1], -2.5);
    }),
    { numRuns: 1000 },
  );
});
properties('any text at all is read or refused with a sentence', () =>
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), nothingLost), { numRuns: 1000 }),
);
