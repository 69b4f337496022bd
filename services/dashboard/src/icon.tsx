/** Icons are drawn inline from the paths of Font Awesome Free (CC BY 4.0, named in the about dialog). */

export interface IconShape {
  width: number;
  height: number;
  path: string;
}

/** Always beside a word or inside a control that has a name, so hidden from screen readers. */
export const Icon = ({ of }: { of: IconShape }) => (
  <svg class="icon" viewBox={`0 0 ${of.width} ${of.height}`} aria-hidden="true" focusable="false">
    <path d={of.path} />
  </svg>
);
