import { assert, suite } from '@siaga/testkit';
import { personalNumberIn } from '../src/index.ts';

const test = suite('personal numbers in text');

const niks = {
  'a man’s': '6207051203850001',
  'a woman’s, day + 40': '6202065203850001',
  'in a sentence': 'Korban bernama X (6207051203850001), dirawat',
  'region, birth, serial apart': '620705 120385 0001',
  'in fours': '6207 0512 0385 0001',
  'in fours with dots, behind another number': 'no 2001 6207.0512.0385.0001',
  'day 31': '6207053112990001',
  'day 71, the woman’s 31': '6207057112990001',
};
for (const [name, text] of Object.entries(niks))
  test(`NIK ${name}`, () => assert.equal(personalNumberIn(text), 'nik'));

const phones = {
  plain: '081234567890',
  'with dashes': '0812-3456-7890',
  'bug: a space behind +62, as most people write it': '+62 812-3456-7890',
  'without the plus': '6281234567890',
  'with 00': '0062 812 3456 7890',
  'with dots': 'WA 0852.4912.3456.',
  'with an en dash': '0812–3456–7890',
};
for (const [name, text] of Object.entries(phones))
  test(`phone ${name}`, () => assert.equal(personalNumberIn(text), 'phone'));

const harmless = {
  'a village’s code': '62.07.05.2001',
  'sixteen digits with no date in them': '6207059999990001',
  'seventeen digits': '62070512038500012',
  coordinates: '-1.2345678, 112.1234567',
  'a time': '2026-09-07T08:15:00.000Z pukul 08.15 WIB',
  'an office’s landline': '0531-21234',
  'figures one after another': '120 KK 480 jiwa 0 meninggal 85 rumah',
  'the satellite’s row': '2026-09-25,533,N20,341.15,288.31',
};
for (const [name, text] of Object.entries(harmless))
  test(`no personal number: ${name}`, () => assert.equal(personalNumberIn(text), undefined));
