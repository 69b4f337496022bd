import type { Hazard, IncidentStatus } from '@siaga/domain';
import { hazardIcons } from '../hazard-icons.ts';
import { useText } from '../text/text.ts';

/** The diamond of an incident: the glyph says which hazard, colour and outline which status (a word stands beside). */
export const StatusMark = ({ hazard, status }: { hazard: Hazard; status: IncidentStatus }) => {
  const { width, height, path } = hazardIcons[hazard];
  const size = 17;
  const scale = size / Math.max(width, height);
  const move = `translate(${20 - (width * scale) / 2} ${20 - (height * scale) / 2}) scale(${scale})`;
  return (
    <svg class="mark-incident" data-status={status} viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <path class="diamond" d="M20 2 38 20 20 38 2 20Z" />
      <path class="glyph" d={path} transform={move} />
    </svg>
  );
};

export const StatusWord = ({ status }: { status: IncidentStatus }) => {
  const text = useText();
  return (
    <span class="status" data-status={status}>
      {text.status[status]}
    </span>
  );
};
