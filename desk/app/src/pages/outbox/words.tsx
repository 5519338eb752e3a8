/* What an item of the outbox is, in words: what was asked, about what, and how it stands. */
import type { JSX } from 'preact';
import type { Item } from '../../api/outbox';
import { hrefOf } from '../../frame/router';
import { Icon, type IconName } from '../../parts/Icon';
import { Code } from '../../parts/Name';
import { type Key, t } from '../../strings';

const STEPS: Readonly<Record<string, string>> = { notices: 'step', hits: 'hit.step', operations: 'op.step', requests: 'request.step' };
const PAGES: Readonly<Record<string, string>> = { notices: 'notice', hits: 'hit', operations: 'operation', requests: 'request', messages: 'message', objects: 'object' };

export function whatOf(item: Item): string {
	const [collection = '', , step] = item.target.replace('/api/v1/', '').split('?')[0]?.split('/') ?? [];
	const family = STEPS[collection];
	const word = !item.what.endsWith('_step') || step === undefined ? t(`outbox.what.${item.what}` as Key) : family !== undefined ? t(`${family}.${step}` as Key) : t(`outbox.message.${step}` as Key);
	return word !== '' ? word : item.what;
}

/* Where the thing stands: it is numbered by headquarters, so until then it is the item itself. */
export function About({ item }: { readonly item: Item }): JSX.Element {
	const [collection = '', name = ''] = (item.thing ?? '').split('/');
	const page = PAGES[collection];
	const number = item.state === 'accepted' && item.made !== null ? item.made : name;
	if (page === undefined || number === '' || number === `~${item.id}`) return <span class="none">{t(number === `~${item.id}` ? 'outbox.new' : 'none')}</span>;
	if (number.startsWith('~')) return <a href={hrefOf('outbox-item', number.slice(1))}>{t('outbox.new')}</a>;
	return (
		<a href={hrefOf(page, number.replace('/', '-'))}>
			<Code text={number.replace(/^(\d+)-(\d+)$/, '$1/$2')} />
		</a>
	);
}

const LOOKS: Readonly<Record<Item['state'], readonly [string, IconName]>> = { waiting: ['near', 'clock'], 'at-headquarters': ['near', 'upload'], accepted: ['good', 'clear'], refused: ['bad', 'stop'], dropped: ['over', 'close'] };

export function ItemStamp({ state }: { readonly state: Item['state'] }): JSX.Element {
	const [look, icon] = LOOKS[state];
	return (
		<span class={`topic stamp stamp-${look}`} data-state={state}>
			<Icon name={icon} />
			{t(`outbox.state.${state}`)}
		</span>
	);
}
