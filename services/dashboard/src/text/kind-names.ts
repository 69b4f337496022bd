import { type AidKind, kindFacts } from '@siaga/domain';
import type { Language } from '../time.ts';

const english: Record<AidKind, string> = {
  'rubber-boat': 'Rubber boat',
  'outboard-motor': 'Outboard motor',
  'life-jacket': 'Life jacket',
  'water-pump': 'Water pump',
  generator: 'Generator',
  chainsaw: 'Chainsaw',
  'shelter-tent': 'Shelter tent',
  'family-tent': 'Family tent',
  'rescue-vehicle': 'Rescue vehicle',
  'logistics-truck': 'Logistics truck',
  'field-kitchen': 'Field kitchen',
  'water-tanker': 'Water tanker',
  'slip-on-tank': 'Slip-on tank',
  drone: 'Drone',
  'rapid-response-team': 'Rapid response team (TRC)',
  'medical-team': 'Medical team',
  rice: 'Rice',
  blanket: 'Blanket',
  sandbag: 'Sandbag',
};

/** The name of a kind as the field says it; in English a translation. */
export const kindName = (language: Language, kind: AidKind): string =>
  language === 'id' ? kindFacts[kind].name : english[kind];
