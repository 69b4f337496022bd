/** Sentences for the problem codes of resources, stock and mutual aid: what is wrong, and what would be allowed. */
import type { AidKind, DeployedState, ResourceState } from '@siaga/domain';
import { aidKinds } from '../resources/kinds.ts';
import { type Language, formatNumber, fullTime } from '../time.ts';
import { aidEn } from './aid-en.ts';
import { type AidText, aidId } from './aid-id.ts';
import { kindName } from './kind-names.ts';
import { addSentences } from './problems.ts';

type Facts = Record<string, unknown>;
interface Say {
  language: Language;
  text: AidText;
  facts: Facts;
  /** The facts as they read; empty where the site did not send them. */
  time: (fact: string) => string;
  count: (fact: string) => string;
  kind: (fact: string) => string;
  state: (fact: string) => string;
}
type Sentence = readonly [id: string | ((say: Say) => string), en: string | ((say: Say) => string)];

const isKind = (kind: unknown): kind is AidKind => aidKinds.includes(kind as AidKind);
const after = (text: string, before = ' ') => (text === '' ? '' : `${before}${text}`);
const kindsOf = ({ language, facts }: Say, fact: string): string =>
  Array.isArray(facts[fact])
    ? facts[fact]
        .filter(isKind)
        .map((kind) => kindName(language, kind))
        .join(', ')
    : '';
const statesOf = ({ text, facts }: Say): string =>
  Array.isArray(facts['allowedIn'])
    ? facts['allowedIn'].map((state) => `“${text.state[state as ResourceState] ?? String(state)}”`).join(', ')
    : '';

/** Every code that the site answers commands of this part with; a test holds it against the site's table. */
export const aidSentences: Record<string, Sentence> = {
  // Resources and stock
  already_registered: ['Sudah terdaftar.', 'It is registered already.'],
  resource_unknown: ['Sumber daya ini tidak ada di pos ini.', 'There is no such resource at this site.'],
  stock_unknown: ['Persediaan ini tidak ada di pos ini.', 'There is no such stock at this site.'],
  resource_not_ours: [
    'Sumber daya itu bukan milik sendiri; hanya milik sendiri yang dapat ditawarkan.',
    'That resource is not ours; only our own can be offered.',
  ],
  not_allowed_in_state: [
    (say) =>
      `Keadaannya sekarang${after(say.state('state'))}; tindakan ini hanya dari ${statesOf(say) || 'keadaan lain'}.`,
    (say) =>
      `Its state is${after(say.state('state')) || ' another'} now; this is done only from ${statesOf(say) || 'another state'}.`,
  ],
  resource_not_available: [
    (say) =>
      `Sudah tidak bebas: ${say.state('state') || 'dijanjikan'}${after(say.time('until'), ' sampai ')}. Pilih yang lain.`,
    (say) =>
      `It is not free any more: ${say.state('state') || 'committed'}${after(say.time('until'), ' until ')}. Choose another.`,
  ],
  deployment_unknown: ['Pengerahan itu tidak dikenal di sini.', 'There is no such deployment here.'],
  deployment_over: [
    'Pengerahan itu sudah berakhir; tidak ada lagi yang dapat diubah.',
    'That deployment is over; nothing of it changes any more.',
  ],
  already_departed: [
    'Sudah berangkat, jadi tidak dapat dibatalkan. Lepas dari tugas sebagai gantinya.',
    'It has departed, so it can’t be called off. Release it instead.',
  ],
  before_previous_step: [
    ({ time }) =>
      `Waktunya sebelum langkah terakhir${after(time('previous'), ' (')}${time('previous') && ')'}. Isi waktu sesudahnya.`,
    ({ time }) =>
      `The time lies before the last step${after(time('previous'), ' (')}${time('previous') && ')'}. Enter a later one.`,
  ],
  ends_before_it_begins: [
    ({ time }) => `Waktu akhir harus sesudah awal${after(time('start'), ' (')}${time('start') && ')'}.`,
    ({ time }) => `The end must be after the beginning${after(time('start'), ' (')}${time('start') && ')'}.`,
  ],
  not_later_than_before: [
    ({ time }) =>
      `Akhir yang baru harus lebih lama dari yang sekarang${after(time('before'), ' (')}${time('before') && ')'}.`,
    ({ time }) =>
      `The new end must be later than the present one${after(time('before'), ' (')}${time('before') && ')'}.`,
  ],
  quantity_below_one: ['Jumlah sedikitnya 1.', 'A quantity is at least 1.'],
  quantity_below_zero: ['Jumlah yang dihitung sedikitnya 0.', 'A count is at least 0.'],
  not_enough_stock: [
    ({ count }) => `Persediaan tidak cukup: ${count('free') || count('onHand') || '0'} tersedia.`,
    ({ count }) => `Not enough in stock: ${count('free') || count('onHand') || '0'} to be had.`,
  ],
  more_than_committed: [
    ({ count }) => `Lebih dari yang dijanjikan: sisa janji ${count('open') || '0'}.`,
    ({ count }) => `More than was promised: ${count('open') || '0'} of the promise is left.`,
  ],
  commitment_unknown: ['Janji itu tidak ada pada persediaan ini.', 'This stock has no such promise.'],
  commitment_over: [
    'Janji itu sudah diserahkan seluruhnya atau dibatalkan.',
    'That promise was handed out whole, or cancelled.',
  ],

  // Mutual aid
  agreement_not_in_force: [
    'Tidak ada perjanjian atau keadaan darurat yang berlaku untuk ini.',
    'No agreement or override is in force for this.',
  ],
  kind_not_covered: [
    (say) =>
      `${say.kind('kind') || 'Jenis itu'} tidak tercakup perjanjian.${after(kindsOf(say, 'covered'), ' Yang tercakup: ')}`,
    (say) =>
      `The agreement does not cover ${say.kind('kind') || 'that kind'}.${after(kindsOf(say, 'covered'), ' Covered: ')}`,
  ],
  longer_than_agreed: [
    ({ time }) => `Lebih lama dari yang disepakati${after(time('latest'), ': paling lama sampai ')}.`,
    ({ time }) => `Longer than was agreed${after(time('latest'), ': at the latest until ')}.`,
  ],
  already_requested: ['Permintaan ini sudah dikirim.', 'This request was sent already.'],
  already_offered: [
    'Sudah ada tawaran untuk permintaan ini; tarik dahulu sebelum menolak permintaannya.',
    'There is an offer for this request; withdraw it before declining the request.',
  ],
  request_unknown: ['Permintaan itu tidak dikenal di sini.', 'There is no such request here.'],
  request_cancelled: ['Permintaan sudah dibatalkan peminta.', 'The asker has cancelled the request.'],
  request_declined: ['Permintaan sudah ditolak.', 'The request was declined.'],
  conversation_of_neighbour: [
    'Itu kewenangan tetangga; hanya mereka yang dapat mengatakannya.',
    'That is the neighbour’s to say; only they can.',
  ],
  aid_from_oneself: [
    'Bantuan diminta dari tetangga, bukan dari diri sendiri.',
    'Aid is asked of a neighbour, not of oneself.',
  ],
  aid_from_stranger: ['Kabupaten itu bukan tetangga pos ini.', 'That regency is no neighbour of this site.'],
  item_twice: ['Satu barang ada dua kali.', 'An item stands twice.'],
  item_unknown: ['Barang itu tidak ada dalam permintaan.', 'The request has no such item.'],
  kind_not_asked: [
    ({ kind }) => `Yang diminta ${kind('asked') || 'jenis lain'}, bukan ${kind('offered') || 'jenis ini'}.`,
    ({ kind }) => `${kind('asked') || 'Another kind'} was asked for, not ${kind('offered') || 'this'}.`,
  ],
  kind_mismatch: [
    ({ kind }) =>
      `Sumber daya itu ${kind('kind') || 'jenis lain'}, bukan ${kind('offeredAs') || 'jenis ini'}.`,
    ({ kind }) =>
      `That resource is a ${kind('kind') || 'thing of another kind'}, not a ${kind('offeredAs') || 'thing of this one'}.`,
  ],
  resource_twice: ['Satu sumber daya ada dua kali.', 'A resource stands twice.'],
  duration_below_one: ['Lamanya sedikitnya 1 jam.', 'The duration is at least 1 hour.'],
  answer_by_passed: [
    ({ time }) =>
      `Batas waktu menjawab sudah lewat${after(time('answerBy'), ' (')}${time('answerBy') && ')'}.`,
    ({ time }) => `The time to answer has passed${after(time('answerBy'), ' (')}${time('answerBy') && ')'}.`,
  ],
  less_than_accepted: [
    ({ count }) =>
      `Sudah ${count('accepted') || 'lebih banyak'} diterima; jumlahnya tidak dapat kurang dari itu.`,
    ({ count }) => `${count('accepted') || 'More'} were accepted already; it can’t be less than that.`,
  ],
  more_than_asked: [
    ({ count }) =>
      `Lebih dari yang diminta: diminta ${count('asked')}, sudah diterima ${count('accepted')}, ditambah ${count('quantity')}.`,
    ({ count }) =>
      `More than was asked for: asked ${count('asked')}, accepted ${count('accepted')}, and ${count('quantity')} more.`,
  ],
  not_offered: ['Itu tidak ditawarkan.', 'That was not offered.'],
  conditions_missing: [
    'Tawaran bersyarat harus menyebut syaratnya.',
    'A provisional offer names its conditions.',
  ],
  until_missing: ['Isi sampai kapan sumber daya itu dikirim.', 'Say until when the resource is sent.'],
  offer_unknown: ['Tawaran itu tidak dikenal di sini.', 'There is no such offer here.'],
  offer_withdrawn: ['Tawaran sudah ditarik pemiliknya.', 'Its owner has withdrawn the offer.'],
  offer_expired: [
    ({ time }) => `Tawaran sudah tidak berlaku${after(time('validUntil'), ' sejak ')}. Minta tawaran baru.`,
    ({ time }) => `The offer has expired${after(time('validUntil'), ' at ')}. Ask for a new one.`,
  ],
  offer_accepted: [
    'Tawaran sudah diterima, jadi tidak dapat ditarik. Beri komitmen, atau nyatakan tidak jadi.',
    'The offer was accepted, so it can’t be withdrawn. Commit, or refuse.',
  ],
  offer_not_accepted: [
    'Tawaran belum diterima peminta; belum ada yang dapat dijanjikan.',
    'The asker has not accepted the offer; there is nothing to commit yet.',
  ],
  offer_answered: ['Tawaran ini sudah dijawab.', 'This offer was answered before.'],
  extension_unknown: ['Perpanjangan itu tidak diminta.', 'No such extension was asked for.'],
  extension_answered: ['Perpanjangan itu sudah dijawab.', 'That extension was answered before.'],
  return_asked: [
    'Pemilik sudah memintanya kembali, jadi tidak dapat diperpanjang.',
    'The owner has called it home, so it can’t be extended.',
  ],
  recall_unknown: ['Pengembalian itu tidak diminta.', 'No such return was asked for.'],
  edxl_invalid: ['Pesan EDXL-RM itu tidak dapat diterima.', 'The EDXL-RM message can’t be taken in.'],
};

const sayer = (language: Language, facts: Facts): Say => {
  const text = language === 'id' ? aidId : aidEn;
  return {
    language,
    text,
    facts,
    time(fact) {
      const at = typeof facts[fact] === 'string' ? Date.parse(facts[fact]) : Number.NaN;
      return Number.isNaN(at) ? '' : fullTime(language, at);
    },
    count: (fact) => (typeof facts[fact] === 'number' ? formatNumber(language, facts[fact]) : ''),
    kind: (fact) => (isKind(facts[fact]) ? kindName(language, facts[fact]) : ''),
    state: (fact) =>
      text.state[facts[fact] as DeployedState] ? `“${text.state[facts[fact] as DeployedState]}”` : '',
  };
};

const said = (part: Sentence[0], language: Language, facts: Facts): string =>
  typeof part === 'string' ? part : part(sayer(language, facts));

addSentences(
  Object.fromEntries(
    Object.entries(aidSentences).map(([code, [id, en]]) => [
      code,
      (facts: Facts) => [said(id, 'id', facts), said(en, 'en', facts)] as [string, string],
    ]),
  ),
);
