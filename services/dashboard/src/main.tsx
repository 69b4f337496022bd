import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';
import { render } from 'preact';
import { App } from './app/app.tsx';
import { startKeyboard } from './app/keyboard.ts';
import { startSite } from './app/site.ts';
import { startPicture } from './picture/picture.ts';

const root = document.querySelector('#app');
if (root) {
  startPicture();
  void startSite();
  startKeyboard();
  render(<App />, root);
}
