/** The read side: the cross-border situational picture, queries, live updates, as-of time travel. */
import type { Atlas } from '@siaga/geo';
import type { FastifyPluginAsync } from 'fastify';
import type { Picture } from './picture.ts';
import { agreementRoutes, aidRoutes } from './routes/aid-routes.ts';
import { geoRoutes } from './routes/geo-routes.ts';
import { liveRoute } from './routes/live-route.ts';
import { pictureRoutes } from './routes/picture-routes.ts';

export { type PictureStart, type RunningPicture, startPicture } from './following.ts';
export { type Following, type FollowingDeps, startFollowing } from './start-following.ts';
export { openPicture, type Picture, type PictureOptions } from './picture.ts';
export { RebuildFailed, type Rebuilt } from './rebuild/rebuild.ts';
export { comparePictures, dumpPicture, type PictureDump } from './store/dump.ts';
export type {
  AgreementItem,
  ConversationDetail,
  ConversationItem,
  DeploymentItem,
  EmergencyItem,
  OfferItem,
  OverrideItem,
  ResourceItem,
  StockItem,
} from './queries/aid-queries.ts';
export type { IncidentListItem } from './store/places.ts';
export { openStore, type Store, type StoreOptions } from './store/store.ts';

export interface PictureDeps {
  picture: Picture;
  atlas: Atlas;
}

/** The picture's HTTP routes, its live stream, and those of places. */
export const pictureService =
  ({ picture, atlas }: PictureDeps): FastifyPluginAsync =>
  async (app) => {
    pictureRoutes(app, picture.queries);
    agreementRoutes(app, picture.aid);
    aidRoutes(app, picture.aid);
    liveRoute(app, picture.live);
    geoRoutes(app, atlas);
  };
