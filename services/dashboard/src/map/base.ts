import type { BoundariesAnswer, OutlineAnswer } from '../api/contract.ts';
import { Refused, request } from '../api/http.ts';

export interface Base {
  outline: OutlineAnswer;
  /** Official lines, where the site has imported some. */
  boundaries: BoundariesAnswer | undefined;
}

export const loadBase = async (): Promise<Base> => {
  const [outline, boundaries] = await Promise.all([
    request<OutlineAnswer>('/api/v1/geo/outline'),
    request<BoundariesAnswer>('/api/v1/geo/boundaries').catch((error: unknown) => {
      if (error instanceof Refused) return undefined;
      throw error;
    }),
  ]);
  return { outline, boundaries };
};
