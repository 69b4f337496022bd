import type { AidKind } from '@siaga/domain';
import { kindName } from './kind-names.ts';
import { useLanguage } from './text.ts';

/** `kindName` in the language chosen. */
export const useKindName = (): ((kind: AidKind) => string) => {
  const language = useLanguage();
  return (kind) => kindName(language, kind);
};
