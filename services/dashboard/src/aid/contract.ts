/** What the site's HTTP answers about resources, stock and mutual aid, as far as this page reads it. */
import type { AidMessageView, AidThreadView, ResourceView, Sharing, StockView } from '@siaga/domain';

export interface ResourceItem extends ResourceView {
  placeName?: string;
  sharing: Sharing;
}
export interface StockItem extends StockView {
  placeName?: string;
  sharing: Sharing;
}
/** A conversation in a list: without its messages. */
export interface ConversationItem extends Omit<AidThreadView, 'conversation' | 'messages'> {
  sharing: Sharing;
}
export interface ConversationDetail extends ConversationItem {
  messages: AidMessageView[];
}
