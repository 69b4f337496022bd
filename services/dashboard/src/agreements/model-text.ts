/**
 * A model of a cooperation agreement (perjanjian kerja sama, PKS) on disaster help between two regencies, to be
 * edited: its order follows the parts that Permendagri 22/2020 asks of one (subject, scope, duties, cost, duration,
 * disputes). In Bahasa Indonesia whatever the screen's language is: it is the text that will be signed.
 */
import type { RegencyCode } from '@siaga/domain';
import type { DocumentFields } from './document-form.ts';

interface Party {
  code: RegencyCode;
  name: string;
}

/** `from` and `to`: first and last day. */
export const modelText = (own: Party, other: Party, from: string, to: string): DocumentFields => ({
  title: `Perjanjian Kerja Sama Bantuan Penanggulangan Bencana antara Kabupaten ${own.name} dan Kabupaten ${other.name}`,
  clauses: [
    {
      id: 'maksud',
      heading: 'Maksud dan Tujuan',
      text: `(1) Perjanjian ini dimaksudkan sebagai dasar saling membantu dalam penanggulangan bencana di wilayah perbatasan kedua kabupaten.\n(2) Tujuannya agar personel, peralatan, dan logistik penanggulangan bencana dapat digerakkan dengan cepat melintasi batas kabupaten.`,
    },
    {
      id: 'ruang-lingkup',
      heading: 'Ruang Lingkup',
      text: 'Kerja sama meliputi:\na. pertukaran data sumber daya dan percakapan bantuan melalui sistem Siaga;\nb. peminjaman peralatan dan penugasan tim sesuai jenis yang tercantum dalam ketentuan perjanjian ini;\nc. pemberian barang habis pakai menurut jumlah yang disepakati tiap permintaan.',
    },
    {
      id: 'tata-cara',
      heading: 'Tata Cara Permintaan dan Penawaran',
      text: '(1) Permintaan disampaikan oleh Pusat Pengendalian Operasi (Pusdalops) pihak yang membutuhkan dengan menyebut jenis, jumlah, tempat, waktu, dan lama penugasan.\n(2) Pihak yang diminta menjawab dalam batas waktu yang dijanjikan, dengan menerima, menerima sebagian, atau menolak disertai alasan.\n(3) Setiap penugasan disetujui oleh Kepala Pelaksana BPBD pihak pemberi bantuan.',
    },
    {
      id: 'penugasan',
      heading: 'Penugasan dan Pengembalian',
      text: '(1) Selama penugasan, personel dan peralatan berada di bawah kendali operasi pihak penerima dan tetap di bawah komando pihak pemberi.\n(2) Perpanjangan penugasan diminta sebelum waktunya berakhir.\n(3) Pihak pemberi dapat meminta pengembalian lebih awal bila diperlukan di wilayahnya sendiri.\n(4) Penugasan yang sedang berjalan ketika perjanjian ini berakhir diselesaikan menurut ketentuan perjanjian ini.',
    },
    {
      id: 'biaya',
      heading: 'Pembiayaan',
      text: '(1) Biaya operasi selama penugasan ditanggung menurut ketentuan perjanjian ini.\n(2) Kerusakan dan kehilangan peralatan selama penugasan diganti oleh pihak penerima, kecuali karena keausan wajar.\n(3) Pembiayaan yang membebani APBD dilaksanakan setelah mendapat persetujuan DPRD masing-masing pihak.',
    },
    {
      id: 'perlindungan-data',
      heading: 'Perlindungan Data',
      text: 'Data yang dipertukarkan tidak memuat data pribadi dan hanya digunakan untuk penanggulangan bencana. Data yang sudah diterima tidak lagi diperbarui sejak perjanjian ini berakhir.',
    },
    {
      id: 'jangka-waktu',
      heading: 'Jangka Waktu, Perubahan, dan Pengakhiran',
      text: '(1) Perjanjian ini berlaku sejak dan sampai dengan tanggal yang tercantum dalam ketentuan perjanjian ini.\n(2) Perubahan dituangkan dalam adendum, dan perpanjangan disepakati sebelum perjanjian ini berakhir.\n(3) Masing-masing pihak dapat mengakhiri perjanjian ini dengan pemberitahuan tertulis disertai alasan.',
    },
    {
      id: 'perselisihan',
      heading: 'Penyelesaian Perselisihan',
      text: 'Perselisihan diselesaikan dengan musyawarah untuk mufakat. Apabila tidak tercapai, penyelesaiannya diserahkan kepada Gubernur Kalimantan Tengah.',
    },
  ],
  dataClasses: ['mutual-aid', 'resources'],
  resourceKinds: [
    'rubber-boat',
    'outboard-motor',
    'life-jacket',
    'water-pump',
    'generator',
    'field-kitchen',
    'water-tanker',
    'slip-on-tank',
    'rapid-response-team',
    'medical-team',
  ],
  longestDeploymentDays: '14',
  whoPays: 'asking',
  contacts: [own, other].map(({ code, name }) => ({
    regency: code,
    office: `Pusdalops BPBD ${name}`,
    channel: '',
  })),
  responseMinutes: '60',
  from,
  to,
  burdensBudget: true,
  adopts: [],
});
