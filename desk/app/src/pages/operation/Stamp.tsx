/* How far an operation is, in colour, shape and word; of those seen from outside, that there is a summary. */
import type { JSX } from 'preact';
import { type OperationLine, stateWord } from '../../api/operations';
import { Icon, type IconName } from '../../parts/Icon';
import { t } from '../../strings';

const LOOKS: Readonly<Record<string, readonly [string, IconName]>> = { planned: ['near', 'clock'], 'under-way': ['good', 'flag'], ended: ['near', 'queue'], reported: ['over', 'same'], 'called-off': ['over', 'close'] };

export function OperationStamp({ operation }: { readonly operation: Pick<OperationLine, 'state' | 'published'> }): JSX.Element {
	const [look, icon] = LOOKS[operation.state ?? ''] ?? ['over', 'notice'];
	return (
		<span class="row">
			<span class={`topic stamp stamp-${look}`} data-state={operation.state ?? 'summary'}>
				<Icon name={icon} />
				{operation.state !== undefined ? stateWord(operation.state) : t('op.summary')}
			</span>
			{operation.published && operation.state !== undefined && <span class="topic">{t('op.published')}</span>}
		</span>
	);
}
