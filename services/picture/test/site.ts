/** A picture behind a real server, fed by hand. */
import { createAtlas } from '@siaga/geo';
import { createServer, type Principal, type ProblemDocument } from '@siaga/web';
import { openPicture, type Picture, pictureService } from '../src/index.ts';
import type { DeliverySource } from '../src/store/delivery-source.ts';
import { KOTIM, SERUYAN, sourceFor } from './histories.ts';
import type { Delivery } from '@siaga/stream';

export interface TestSite {
  picture: Picture;
  app: Awaited<ReturnType<typeof createServer>>;
  apply(regency: string, deliveries: readonly Delivery[], of?: DeliverySource['journal']): void;
  /** Status and body of a GET; `as` signs in. */
  get<Body = ProblemDocument>(path: string, as?: Principal['role']): Promise<{ status: number; body: Body }>;
  close(): Promise<void>;
}

export async function startSite(file: string): Promise<TestSite> {
  const picture = openPicture({ file, regency: SERUYAN, neighbours: [KOTIM] });
  const app = await createServer({
    title: 'test',
    version: '0',
    authenticate: async ({ headers }) =>
      typeof headers['x-role'] === 'string'
        ? { id: '0191', role: headers['x-role'] as Principal['role'] }
        : undefined,
  });
  await app.register(pictureService({ picture, atlas: createAtlas() }));
  await app.ready();
  return {
    picture,
    app,
    apply: (regency, deliveries, of) => picture.current.apply(sourceFor(regency, of), deliveries),
    async get(path, as) {
      const answer = await app.inject({ url: path, headers: as ? { 'x-role': as } : {} });
      return { status: answer.statusCode, body: answer.json() };
    },
    async close() {
      await app.close();
      picture.close();
    },
  };
}
