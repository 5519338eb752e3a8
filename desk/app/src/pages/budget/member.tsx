/* The member of a line of contributions, with the way to its account. */
import { partyName } from '../../api/assembly';
import { hrefOf } from '../../frame/router';
import { Name } from '../../parts/Name';
import type { Column } from '../../parts/Sheet';
import { t } from '../../strings';

export const memberColumn = <Row extends { readonly code: string }>(): Column<Row> => ({
	id: 'member',
	title: t('af.member'),
	value: (one) => `${partyName(one.code)} ${one.code}`,
	cell: (one) => (
		<a href={hrefOf('account', one.code)}>
			<Name text={partyName(one.code)} />
		</a>
	),
});
