/** What the two agencies hold and lend: the kinds that BPBD inventories (peralatan, logistik) name. */
import { z } from 'zod';

/** Things and teams that are lent and come back. */
export const ResourceKind = z.enum([
  'rubber-boat',
  'outboard-motor',
  'life-jacket',
  'water-pump',
  'generator',
  'chainsaw',
  'shelter-tent',
  'family-tent',
  'rescue-vehicle',
  'logistics-truck',
  'field-kitchen',
  'water-tanker',
  'slip-on-tank',
  'drone',
  'rapid-response-team',
  'medical-team',
]);
export type ResourceKind = z.infer<typeof ResourceKind>;

/** Consumables: given by quantity, and not given back. */
export const StockKind = z.enum(['rice', 'blanket', 'sandbag']);
export type StockKind = z.infer<typeof StockKind>;

/** What may be asked for, and what an agreement may name. */
export const AidKind = z.enum([...ResourceKind.options, ...StockKind.options]);
export type AidKind = z.infer<typeof AidKind>;

/** What a capacity or a quantity is counted in. */
export type Unit =
  | 'piece'
  | 'person'
  | 'litre'
  | 'kilogram'
  | 'portion'
  | 'kilowatt'
  | 'horsepower'
  | 'tonne';

export interface KindFacts {
  /** The name in the field. */
  name: string;
  /** What `capacity` of one of them is given in; for stock, what a quantity is counted in. */
  unit: Unit;
}

/** The Indonesian names and the units of all kinds. */
export const kindFacts: Record<AidKind, KindFacts> = {
  'rubber-boat': { name: 'Perahu karet', unit: 'person' },
  'outboard-motor': { name: 'Motor tempel', unit: 'horsepower' },
  'life-jacket': { name: 'Pelampung', unit: 'piece' },
  'water-pump': { name: 'Pompa air (alkon)', unit: 'litre' },
  generator: { name: 'Genset', unit: 'kilowatt' },
  chainsaw: { name: 'Chainsaw', unit: 'piece' },
  'shelter-tent': { name: 'Tenda pengungsi', unit: 'person' },
  'family-tent': { name: 'Tenda keluarga', unit: 'person' },
  'rescue-vehicle': { name: 'Mobil rescue', unit: 'person' },
  'logistics-truck': { name: 'Truk logistik', unit: 'tonne' },
  'field-kitchen': { name: 'Mobil dapur umum', unit: 'portion' },
  'water-tanker': { name: 'Mobil tangki', unit: 'litre' },
  'slip-on-tank': { name: 'Slip-on', unit: 'litre' },
  drone: { name: 'Drone', unit: 'piece' },
  'rapid-response-team': { name: 'Tim reaksi cepat (TRC)', unit: 'person' },
  'medical-team': { name: 'Tim medis', unit: 'person' },
  rice: { name: 'Beras', unit: 'kilogram' },
  blanket: { name: 'Selimut', unit: 'piece' },
  sandbag: { name: 'Karung pasir', unit: 'piece' },
};

export const isStockKind = (kind: AidKind): kind is StockKind => StockKind.safeParse(kind).success;
