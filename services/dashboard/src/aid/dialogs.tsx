/** Opens the dialog for each thing that can be said in a conversation. */
import { openForm } from '../app/view.ts';
import type { ConversationDetail } from './contract.ts';
import { AcceptDialog, CommitDialog, OfferReasonDialog } from './answer-dialogs.tsx';
import type { AidAction } from './conversation.ts';
import {
  AnswerExtensionDialog,
  AnswerReturnDialog,
  AskExtensionDialog,
  AskReturnDialog,
  AskStatusDialog,
  ReleaseDialog,
  ReportStatusDialog,
} from './deployment-dialogs.tsx';
import { OfferDialog } from './offer-dialog.tsx';
import { RequestDialog, RequestReasonDialog } from './request-dialog.tsx';

export const openRequest = (): void => openForm((close) => <RequestDialog onClose={close} />);
/** An offer that nobody asked for. */
export const openOffer = (): void => openForm((close) => <OfferDialog onClose={close} />);

export const openAction = (item: ConversationDetail, action: AidAction): void =>
  openForm((close) => <Action item={item} action={action} onClose={close} />);

const Action = (props: { item: ConversationDetail; action: AidAction; onClose: () => void }) => {
  const { item, action, onClose } = props;
  const common = { item, onClose };
  switch (action.verb) {
    case 'update':
      return <RequestDialog {...common} />;
    case 'cancel':
    case 'decline':
      return <RequestReasonDialog {...common} verb={action.verb} />;
    case 'offer':
      return <OfferDialog {...common} />;
    case 'accept':
      return <AcceptDialog {...common} offer={action.offer} />;
    case 'commit':
      return <CommitDialog {...common} offer={action.offer} />;
    case 'decline-offer':
    case 'withdraw':
    case 'refuse':
      return <OfferReasonDialog {...common} verb={action.verb} offer={action.offer} />;
    case 'ask-extension':
      return <AskExtensionDialog {...common} deployments={action.deployments} />;
    case 'answer-extension':
      return (
        <AnswerExtensionDialog {...common} extension={action.extension} deployment={action.deployment} />
      );
    case 'release-aid':
      return <ReleaseDialog {...common} deployments={action.deployments} />;
    case 'ask-return':
      return <AskReturnDialog {...common} deployments={action.deployments} />;
    case 'answer-return':
      return <AnswerReturnDialog {...common} recall={action.recall} />;
    case 'ask-status':
      return <AskStatusDialog {...common} deployments={action.deployments} />;
    case 'report-status':
      return <ReportStatusDialog {...common} deployments={action.deployments} />;
  }
};
