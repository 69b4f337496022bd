/** Sentences for what the rules of agreements, overrides and emergency statuses refuse. */
import { type Sentence, addSentences } from './problems.ts';

const day = (value: unknown): string => {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(value)) ?? [];
  return year ? `${date}-${month}-${year}` : String(value);
};

const sentences: Record<string, Sentence> = {
  agreement_unknown: ['Perjanjian ini tidak ada di pos ini.', 'There is no such agreement at this site.'],
  agreement_exists: ['Perjanjian ini sudah ada.', 'The agreement exists.'],
  agreement_needs_neighbour: [
    'Perjanjian dibuat dengan kabupaten lain, bukan dengan diri sendiri.',
    'An agreement is made with another regency.',
  ],
  not_a_party: ['Kabupaten ini bukan pihak perjanjian itu.', 'This regency is no party of that agreement.'],
  owner_only: [
    'Hanya penyusun yang mengubah naskah dan menolak usulan. Pihak lain mengusulkan, mengomentari, menyatakan final, menandatangani, atau mengakhiri.',
    'Only the drafter changes the text and declines proposals. The other party proposes, comments, finalises, signs or terminates.',
  ],
  agreement_terminated: ['Perjanjian ini sudah diakhiri.', 'The agreement was terminated.'],
  agreement_expired: (facts) => [
    `Masa berlaku perjanjian sudah habis (${day(facts['until'])}). Susun perjanjian baru.`,
    `The agreement has expired (${day(facts['until'])}). Draft a new one.`,
  ],
  contact_not_a_party: [
    'Narahubung harus dari salah satu pihak.',
    'A contact must be of one of the parties.',
  ],
  amend_by_addendum: [
    'Naskah sudah ditandatangani kedua pihak: ubah dengan adendum atau perpanjangan.',
    'Both have signed: change it by addendum or extension.',
  ],
  nothing_to_amend: [
    'Belum ada naskah yang ditandatangani kedua pihak: perbaiki naskahnya.',
    'Nothing is signed by both yet: revise the text.',
  ],
  extension_not_longer: (facts) => [
    `Tanggal akhir yang baru harus sesudah ${day(facts['standing'])}.`,
    `The new last day must be after ${day(facts['standing'])}.`,
  ],
  extension_changes_terms: [
    'Perpanjangan hanya mengubah tanggal akhir. Untuk yang lain buat adendum.',
    'An extension only changes the last day. Write an addendum for the rest.',
  ],
  version_unknown: ['Versi itu belum sampai di pos ini.', 'That version has not arrived at this site.'],
  version_outdated: (facts) => [
    `Sudah ada versi yang lebih baru (versi ${String(facts['newest'])}). Baca dahulu versi itu.`,
    `There is a newer version (version ${String(facts['newest'])}). Read it first.`,
  ],
  hash_differs: [
    'Naskah di pos ini tidak sama dengan naskah penyusun. Jangan ditandatangani; hubungi pihak lain.',
    'The text at this site is not the drafter’s. Do not sign; call the other party.',
  ],
  own_key_differs: [
    'Naskah ini menyebut kunci tanda tangan yang bukan milik kabupaten ini. Minta naskahnya diperbaiki.',
    'The text names a signing key that is not this regency’s. Have the text revised.',
  ],
  clause_unknown: ['Pasal itu tidak ada dalam versi terbaru.', 'The newest version has no such article.'],
  clause_exists: ['Pasal dengan nama itu sudah ada.', 'There is an article of that name.'],
  proposal_changes_nothing: ['Usulan itu tidak mengubah apa pun.', 'The proposal changes nothing.'],
  proposal_unknown: ['Usulan itu tidak dikenal.', 'There is no such proposal.'],
  proposal_settled: ['Usulan itu sudah dijawab.', 'The proposal has been answered.'],
  not_finalised: [
    'Kedua pihak harus menyatakan versi ini final dahulu.',
    'Both parties must declare this version final first.',
  ],
  dprd_not_needed: [
    'Perjanjian ini tidak membebani APBD: persetujuan DPRD tidak diperlukan.',
    'This agreement does not burden the budget: DPRD’s approval is not needed.',
  ],
  dprd_approval_missing: [
    'Catat dahulu persetujuan DPRD kabupaten ini untuk versi ini.',
    'Record this regency’s DPRD approval of this version first.',
  ],
  termination_in_past: ['Waktu berakhirnya sudah lewat.', 'The time of its end has passed.'],
  ends_before_it_begins: ['Akhirnya mendahului mulainya.', 'The end lies before the beginning.'],
  period_in_past: ['Masa itu sudah lewat.', 'That period has passed.'],
  override_too_long: [
    'Pembukaan data darurat paling lama 14 hari.',
    'Emergency sharing lasts at most 14 days.',
  ],
  override_stands: (facts) => [
    `Sudah ada pembukaan data darurat sampai ${day(facts['until'])}. Tutup dahulu yang itu.`,
    `Emergency sharing stands until ${day(facts['until'])}. End that first.`,
  ],
  override_unknown: ['Pembukaan data itu tidak dikenal.', 'There is no such emergency sharing.'],
  override_over: ['Pembukaan data itu sudah selesai.', 'That emergency sharing is over.'],
  siaga_needs_slow_onset: [
    'Siaga darurat hanya untuk bahaya yang datang perlahan. Tetapkan tanggap darurat.',
    'An alert (siaga) is for hazards of slow onset. Declare an emergency response (tanggap).',
  ],
  emergency_status_unknown: [
    'Status darurat ini tidak ada di pos ini.',
    'There is no such emergency status at this site.',
  ],
  decree_exists: ['Keputusan bernomor itu sudah dicatat.', 'A decree of that number is recorded.'],
  decree_unknown: ['Keputusan bernomor itu tidak dikenal.', 'There is no decree of that number.'],
  begins_before_standing: (facts) => [
    `Paling awal mulai ${day(facts['earliest'])}, karena status sebelumnya.`,
    `It can begin on ${day(facts['earliest'])} at the earliest, for the status before it.`,
  ],
  level_not_higher: [
    'Selama suatu status berlaku, hanya tingkat berikutnya yang menggantikannya. Tingkat yang sama diperpanjang.',
    'While a status stands only the next level takes its place. The same level is extended.',
  ],
  transisi_needs_tanggap: [
    'Transisi darurat hanya setelah tanggap darurat.',
    'Transition comes only after an emergency response.',
  ],
  status_over: [
    'Status itu sudah berakhir: tidak dapat diperpanjang. Tetapkan yang baru.',
    'That status is over and can’t be extended. Declare a new one.',
  ],
  status_superseded: ['Status itu sudah digantikan.', 'Another status has taken its place.'],
  no_status_stands: ['Tidak ada status yang sedang berlaku.', 'No status stands.'],
  inability_needs_tanggap: [
    'Ketidakmampuan dinyatakan selama tanggap darurat berlaku.',
    'Inability is stated while an emergency response stands.',
  ],
};

addSentences(sentences);
