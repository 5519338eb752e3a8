/* One row of a list of facts (<dl class="facts">): what is told, and the telling, or that there is none. Attributes beside go to the
 * telling. */
import type { ComponentChildren, JSX } from 'preact';
import { t } from '../strings';

interface FactProps extends Omit<JSX.IntrinsicElements['dd'], 'name'> {
	readonly name: ComponentChildren;
	readonly [data: `data-${string}`]: unknown;
}

export function Fact({ name, children, ...rest }: FactProps): JSX.Element {
	return (
		<div>
			<dt>{name}</dt>
			<dd {...rest}>{children ?? <span class="none">{t('none')}</span>}</dd>
		</div>
	);
}
