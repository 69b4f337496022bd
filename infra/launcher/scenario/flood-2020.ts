/**
 * The flood in Seruyan of September 2020, from BNPB's record of 7 September 2020 (BPBD Kabupaten Seruyan; its
 * regency code 6208 is BPS's, Kemendagri's is 62.07). Dates, districts, figures, water levels, causes and efforts
 * are the record's. It does not say when each district was counted, so the hours between 7 and 21 September,
 * and the order of the counts, are ours. Its total of households (8,714) is not the sum of its districts (8,906);
 * the persons (31,237) are. The picture shows sums, each part traceable.
 */
import type { Step } from './steps.ts';

const SITE = '62.07';
const flood = 'flood';

/** District, households (KK) and persons (jiwa) affected. */
const counted = [
  {
    at: '2020-09-08T09:00:00+07:00',
    district: '62.07.05',
    name: 'Seruyan Hulu',
    households: 1281,
    persons: 4071,
  },
  {
    at: '2020-09-09T10:00:00+07:00',
    district: '62.07.10',
    name: 'Suling Tambun',
    households: 486,
    persons: 2137,
  },
  {
    at: '2020-09-10T14:00:00+07:00',
    district: '62.07.02',
    name: 'Seruyan Tengah',
    households: 2243,
    persons: 6041,
  },
  {
    at: '2020-09-11T11:00:00+07:00',
    district: '62.07.09',
    name: 'Batu Ampar',
    households: 777,
    persons: 3560,
  },
  {
    at: '2020-09-13T09:00:00+07:00',
    district: '62.07.08',
    name: 'Danau Seluluk',
    households: 1220,
    persons: 4509,
  },
  { at: '2020-09-14T15:00:00+07:00', district: '62.07.04', name: 'Hanau', households: 1281, persons: 4710 },
  {
    at: '2020-09-16T10:00:00+07:00',
    district: '62.07.07',
    name: 'Seruyan Raya',
    households: 377,
    persons: 1232,
  },
  {
    at: '2020-09-18T13:00:00+07:00',
    district: '62.07.03',
    name: 'Danau Sembuluh',
    households: 1241,
    persons: 4977,
  },
] as const;

const TUMBANG_MANJUL = '62.07.05.2025';
const assess = (known: (name: string) => string) => `/api/v1/incidents/${known(flood)}/assess`;

export const flood2020: Step[] = [
  {
    site: SITE,
    as: 'trc',
    key: 'flood-2020-report',
    says: 'TRC Seruyan melaporkan banjir di Tumbang Manjul',
    keeps: flood,
    request: () => ({
      path: '/api/v1/incidents',
      body: {
        hazard: 'flood',
        occurredAt: '2020-09-07T00:00:00+07:00',
        place: { village: TUMBANG_MANJUL },
        chronology:
          'Hujan dengan intensitas tinggi dan banjir kiriman dari Kalimantan Barat; tinggi muka air 100–300 cm. Jam kejadian tidak tercatat.',
        source: 'BPBD Kabupaten Seruyan (data BNPB)',
        details: {
          cause: 'Hujan dengan intensitas tinggi; banjir kiriman dari Kalimantan Barat',
          waterLevelCm: 300,
        },
        figures: counted.map(({ district }) => ({
          place: district,
          counts: { affectedHouseholds: 'pending', affectedPersons: 'pending' },
        })),
      },
    }),
  },
  {
    site: SITE,
    as: 'pusdalops',
    key: 'flood-2020-verify',
    says: 'Pusdalops Seruyan memverifikasi laporan',
    request: (known) => ({
      path: `/api/v1/incidents/${known(flood)}/verify`,
      body: {
        occurredAt: '2020-09-07T12:00:00+07:00',
        note: 'Koordinasi dengan camat dan kapolsek setempat',
      },
    }),
  },
  ...counted.map(
    ({ at, district, name, households, persons }): Step => ({
      site: SITE,
      as: 'pusdalops',
      key: `flood-2020-${district}`,
      says: `Kecamatan ${name}: ${households} KK, ${persons} jiwa terdampak`,
      request: (known) => ({
        path: assess(known),
        body: {
          kind: 'update',
          observedAt: at,
          figures: [
            { place: district, counts: { affectedHouseholds: households, affectedPersons: persons } },
          ],
        },
      }),
    }),
  ),
  {
    site: SITE,
    as: 'pusdalops',
    key: 'flood-2020-receding',
    says: '21 September: surut di tiga kecamatan hulu, lainnya sekitar 125 cm',
    request: (known) => ({
      path: assess(known),
      body: {
        kind: 'update',
        observedAt: '2020-09-21T16:30:00+07:00',
        details: {
          waterLevelCm: 125,
          efforts:
            'Pengungsian disiapkan di masjid dan terminal; TRC BPBD bersama camat membagikan logistik kepada warga terdampak. Surut di Kecamatan Seruyan Hulu, Seruyan Tengah dan Suling Tambun.',
        },
      },
    }),
  },
];
