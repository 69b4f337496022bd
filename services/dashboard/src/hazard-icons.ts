import earthquake from '@fortawesome/fontawesome-free/svgs/solid/house-crack.svg?icon';
import landslide from '@fortawesome/fontawesome-free/svgs/solid/hill-rockslide.svg?icon';
import flood from '@fortawesome/fontawesome-free/svgs/solid/house-flood-water.svg?icon';
import fire from '@fortawesome/fontawesome-free/svgs/solid/fire.svg?icon';
import tsunami from '@fortawesome/fontawesome-free/svgs/solid/house-tsunami.svg?icon';
import drought from '@fortawesome/fontawesome-free/svgs/solid/sun-plant-wilt.svg?icon';
import tidalSurge from '@fortawesome/fontawesome-free/svgs/solid/water.svg?icon';
import extremeWeather from '@fortawesome/fontawesome-free/svgs/solid/wind.svg?icon';
import type { Hazard } from '@siaga/domain';
import type { IconShape } from './icon.tsx';

/** The glyph of each hazard, in lists and on the map alike. */
export const hazardIcons: Record<Hazard, IconShape> = {
  flood,
  landslide,
  'tidal-surge': tidalSurge,
  'extreme-weather': extremeWeather,
  drought,
  fire,
  earthquake,
  tsunami,
};
