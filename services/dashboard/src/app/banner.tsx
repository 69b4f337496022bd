import warning from '@fortawesome/fontawesome-free/svgs/solid/triangle-exclamation.svg?icon';
import type { ComponentChildren } from 'preact';
import { Icon } from '../icon.tsx';

/** A sentence across the page. */
export const Banner = ({
  kind = 'warning',
  children,
}: {
  kind?: 'warning' | 'note';
  children: ComponentChildren;
}) => (
  <p class="banner" data-kind={kind}>
    <Icon of={warning} />
    <span>{children}</span>
  </p>
);
