import close from '@fortawesome/fontawesome-free/svgs/solid/xmark.svg?icon';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import { useText } from '../text/text.ts';

/** A native modal dialog: the browser keeps the focus inside, gives it back after, and closes it on Esc. */
export const Dialog = (props: {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) => {
  const text = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The first field, not the button that closes.
    element?.querySelector<HTMLElement>('form input, form select, form textarea')?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.wide ? 'dialog wide' : 'dialog'}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id="dialog-title">{props.title}</h2>
        <button type="button" class="tool" title={text.close} aria-label={text.close} onClick={props.onClose}>
          <Icon of={close} />
        </button>
      </header>
      {props.children}
    </dialog>
  );
};
