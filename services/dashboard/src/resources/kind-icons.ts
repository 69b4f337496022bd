import waterPump from '@fortawesome/fontawesome-free/svgs/solid/arrow-up-from-water-pump.svg?icon';
import rice from '@fortawesome/fontawesome-free/svgs/solid/bowl-rice.svg?icon';
import shelterTent from '@fortawesome/fontawesome-free/svgs/solid/campground.svg?icon';
import outboardMotor from '@fortawesome/fontawesome-free/svgs/solid/fan.svg?icon';
import slipOnTank from '@fortawesome/fontawesome-free/svgs/solid/fire-extinguisher.svg?icon';
import drone from '@fortawesome/fontawesome-free/svgs/solid/helicopter.svg?icon';
import lifeJacket from '@fortawesome/fontawesome-free/svgs/solid/life-ring.svg?icon';
import blanket from '@fortawesome/fontawesome-free/svgs/solid/mattress-pillow.svg?icon';
import sandbag from '@fortawesome/fontawesome-free/svgs/solid/boxes-stacked.svg?icon';
import rapidResponseTeam from '@fortawesome/fontawesome-free/svgs/solid/people-group.svg?icon';
import generator from '@fortawesome/fontawesome-free/svgs/solid/plug-circle-bolt.svg?icon';
import rubberBoat from '@fortawesome/fontawesome-free/svgs/solid/ship.svg?icon';
import familyTent from '@fortawesome/fontawesome-free/svgs/solid/tent.svg?icon';
import chainsaw from '@fortawesome/fontawesome-free/svgs/solid/tree.svg?icon';
import waterTanker from '@fortawesome/fontawesome-free/svgs/solid/truck-droplet.svg?icon';
import rescueVehicle from '@fortawesome/fontawesome-free/svgs/solid/truck-pickup.svg?icon';
import logisticsTruck from '@fortawesome/fontawesome-free/svgs/solid/truck.svg?icon';
import medicalTeam from '@fortawesome/fontawesome-free/svgs/solid/user-doctor.svg?icon';
import fieldKitchen from '@fortawesome/fontawesome-free/svgs/solid/utensils.svg?icon';
import type { AidKind } from '@siaga/domain';
import type { IconShape } from '../icon.tsx';

/** The glyph of each kind, on cards and on the map alike. */
export const kindIcons: Record<AidKind, IconShape> = {
  'rubber-boat': rubberBoat,
  'outboard-motor': outboardMotor,
  'life-jacket': lifeJacket,
  'water-pump': waterPump,
  generator,
  chainsaw,
  'shelter-tent': shelterTent,
  'family-tent': familyTent,
  'rescue-vehicle': rescueVehicle,
  'logistics-truck': logisticsTruck,
  'field-kitchen': fieldKitchen,
  'water-tanker': waterTanker,
  'slip-on-tank': slipOnTank,
  drone,
  'rapid-response-team': rapidResponseTeam,
  'medical-team': medicalTeam,
  rice,
  blanket,
  sandbag,
};
