/** What the page says in Bahasa Indonesia. `en.ts` must have every key: a missing one is a type error. */
import type { Confidence, Hazard, IncidentStatus, Role } from '@siaga/domain';
import type { PageName } from '../app/route.ts';
import type { Span } from '../time.ts';

const units: Record<Span['unit'], string> = { second: 'detik', minute: 'menit', hour: 'jam', day: 'hari' };
const span = ({ count, unit }: Span) => `${count} ${units[unit]}`;

export const id = {
  span,
  ago: (since: Span) => (since.unit === 'second' && since.count < 5 ? 'baru saja' : `${span(since)} lalu`),
  agency: (regency: string) => `BPBD ${regency}`,
  skip: 'Langsung ke daftar kejadian',

  skipToPage: 'Langsung ke isi halaman',
  pages: 'Halaman',
  page: {
    situation: 'Situasi',
    agreements: 'Perjanjian',
    emergency: 'Status darurat',
    resources: 'Sumber daya',
    aid: 'Bantuan',
  } satisfies Record<PageName, string>,
  tabPages: 'Halaman',

  live: 'LANGSUNG',
  lost: 'TERPUTUS',
  connecting: 'MENYAMBUNG',
  past: 'MASA LALU',
  connectionLabel: 'Sambungan layar ini',
  lostBanner: (since: string, retry: string) =>
    `Layar ini terputus dari server sejak ${since}. Yang tampak adalah keadaan sebelum itu. ${retry}`,
  retryIn: (seconds: number) => (seconds <= 0 ? 'Menyambung lagi…' : `Mencoba lagi dalam ${seconds} detik.`),
  loadFailed: 'Data belum dapat dimuat. Dicoba lagi setiap 5 detik.',

  sources: 'Data tiap kabupaten',
  sequence: (sequence: number) => `no. ${sequence}`,
  noSequence: 'belum ada peristiwa',
  neverComplete: 'belum pernah lengkap',
  behind: (count: number) => `tertinggal ${count} peristiwa`,

  menu: 'Menu',
  language: 'English',
  toNight: 'Layar malam',
  toDay: 'Layar siang',
  help: 'Bantuan dan pintasan',
  signIn: 'Masuk',
  signOut: 'Keluar',
  account: (username: string, role: string) => `${username} (${role})`,

  incidents: 'Kejadian',
  report: 'Laporkan kejadian',
  search: 'Cari desa atau kecamatan',
  searchShort: 'Cari tempat',
  filterRegency: 'Kabupaten',
  filterStatus: 'Status',
  filterHazard: 'Bahaya',
  bothRegencies: 'Semua kabupaten',
  open: 'Belum selesai',
  allStatuses: 'Semua status',
  allHazards: 'Semua bahaya',
  clearFilter: 'Hapus saringan',
  listLoading: 'Memuat daftar kejadian…',
  listEmpty: 'Tidak ada kejadian yang belum selesai.',
  listNone: 'Tidak ada kejadian yang cocok dengan saringan.',
  listTruncated: 'Hanya 500 kejadian selesai terbaru yang dimuat.',
  shownCount: (count: number, of: number) =>
    count === of ? `${count} kejadian` : `${count} dari ${of} kejadian`,
  updated: (ago: string) => `diperbarui ${ago}`,
  sameWith: (names: string) => `satu kejadian dengan ${names}`,
  announce: (added: number, changed: number) =>
    [added > 0 ? `${added} kejadian baru` : '', changed > 0 ? `${changed} kejadian berubah` : '']
      .filter(Boolean)
      .join(', '),

  tabList: 'Daftar',
  tabMap: 'Peta',
  tabTime: 'Waktu',
  map: 'Peta',
  mapLoading: 'Memuat peta…',
  chunkFailed: 'Bagian ini tidak dapat dimuat. Periksa sambungan, lalu coba lagi.',
  again: 'Coba lagi',
  mapKeys:
    'Peta. Geser dengan tombol panah, perbesar dengan + dan −. Daftar kejadian memuat keterangan yang sama.',
  zoomIn: 'Perbesar',
  zoomOut: 'Perkecil',
  wholeArea: 'Seluruh wilayah',
  legend: 'Keterangan peta',
  legendHotspot: 'Titik panas (bukan kebakaran)',
  legendCluster: 'Kumpulan titik panas, dengan jumlahnya',
  legendRiver: 'Sungai (digeneralisasi, bukan untuk navigasi)',
  legendDistrict: 'Titik kecamatan (perkiraan)',
  legendTown: 'Kota',
  hotspotDays: 'Titik panas',
  hotspotDaysOf: (days: number) =>
    days === 0 ? 'semua hari' : days === 1 ? 'hari ini' : `${days} hari terakhir`,
  hotspotCount: (pixels: number, groups: number) => `${pixels} piksel dalam ${groups} kelompok`,
  hotspotInfo: (pixels: number, confidence: string) => `${pixels} piksel panas, keyakinan ${confidence}`,
  confidences: {
    low: 'rendah',
    nominal: 'sedang',
    high: 'tinggi',
    unknown: 'tidak diketahui',
  } satisfies Record<Confidence, string>,
  notAFire: 'Titik panas adalah piksel panas dari satelit, bukan kebakaran.',
  outlineLabel: 'garis batas digeneralisasi, bukan rujukan hukum',
  boundarySource: (source: string) => `Batas: ${source}`,
  pickOnMap: 'Klik tempat kejadian pada peta.',
  cancel: 'Batal',

  timeline: 'Waktu',
  timelineLabel: 'Keadaan pada waktu',
  timelineEmpty: 'Belum ada peristiwa.',
  now: 'sekarang',
  previousChange: 'Perubahan sebelumnya',
  nextChange: 'Perubahan berikutnya',
  backToLive: 'Kembali ke langsung',
  replayBanner: (at: string) => `Melihat keadaan per ${at}`,
  replayNote: 'Bukan keadaan sekarang. Perintah tidak dapat dikirim.',
  replayLoading: 'memuat…',
  replayFailed: 'Keadaan waktu itu tidak dapat dimuat.',

  status: {
    reported: 'Dilaporkan',
    verified: 'Terverifikasi',
    dismissed: 'Ditolak',
    active: 'Aktif',
    contained: 'Terkendali',
    closed: 'Selesai',
    merged: 'Digabung',
  } satisfies Record<IncidentStatus, string>,
  statusGroup: {
    reported: 'Dilaporkan, menunggu verifikasi',
    verified: 'Terverifikasi, menunggu kaji cepat',
    dismissed: 'Ditolak',
    active: 'Aktif',
    contained: 'Terkendali',
    closed: 'Selesai',
    merged: 'Digabung ke laporan lain',
  } satisfies Record<IncidentStatus, string>,
  hazard: {
    flood: 'Banjir',
    landslide: 'Tanah longsor',
    'tidal-surge': 'Gelombang pasang / abrasi',
    'extreme-weather': 'Cuaca ekstrem',
    drought: 'Kekeringan',
    fire: 'Karhutla',
    earthquake: 'Gempa bumi',
    tsunami: 'Tsunami',
  } satisfies Record<Hazard, string>,
  role: {
    trc: 'TRC',
    pusdalops: 'Pusdalops',
    logistik: 'Logistik',
    kalaksa: 'Kalaksa',
    admin: 'Admin',
    tetangga: 'Situs tetangga',
  } satisfies Record<Role, string>,
  district: (name: string) => `Kec. ${name}`,
  village: (name: string) => `Desa ${name}`,
  kelurahan: (name: string) => `Kel. ${name}`,
  unknownPlace: (code: string) => `Tempat ${code}`,
  close: 'Tutup',
};

/** The keys and forms that every language must have. */
export type Text = typeof id;
