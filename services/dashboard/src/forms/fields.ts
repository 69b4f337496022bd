/** What the fields of a command's form and the form itself agree on. */
import { useEffect } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';

/** What a form's fields make: the command's body, or a sentence that says what is missing. */
export type Made = { body: object } | { missing: string };
export interface FieldsProps {
  item: IncidentItem;
  /** Told after every change. */
  onMade: (made: Made) => void;
}

/** Tells the form what the fields make; `made` is compared by what it says. */
export const useMade = (made: Made, onMade: (made: Made) => void): void => {
  const said = JSON.stringify(made);
  useEffect(() => onMade(JSON.parse(said) as Made), [said, onMade]);
};
