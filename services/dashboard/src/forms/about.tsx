import { site } from '../app/site.ts';
import { useStore } from '../store.ts';
import { useWorkText } from '../text/work.ts';
import { Dialog } from './dialog.tsx';

/** Whose work the page is made of; two of the licences ask to be named. */
export const About = ({ onClose }: { onClose: () => void }) => {
  const work = useWorkText();
  const version = useStore(site, (now) => now?.version);
  return (
    <Dialog title={work.aboutTitle} onClose={onClose}>
      <p>{work.aboutText}</p>
      {version && <p>{work.version(version)}</p>}
      <ul class="credits">
        <li>{work.creditNames}</li>
        <li>{work.creditIcons}</li>
        <li>{work.creditFont}</li>
        <li>{work.creditMap}</li>
        <li>{work.creditOutline}</li>
      </ul>
    </Dialog>
  );
};
