/* The messages of the own office: what came, what nobody has read yet, what was sent. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type MessageLine, learnForms, vocabularyWord } from '../../api/messages';
import { officeName } from '../../api/notices';
import { readRows, readTotal } from '../../api/work';
import { hrefOf, query, restate } from '../../frame/router';
import { language } from '../../frame/store';
import { may, ownOffice } from '../../frame/who';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { t } from '../../strings';
import { moment, number } from '../../strings/format';

const VIEWS = ['in', 'unread', 'out'] as const;
type View = (typeof VIEWS)[number];
const QUESTIONS: Readonly<Record<View, string>> = { in: 'folder=in', unread: 'folder=in&unread=true', out: 'folder=out' };

function columnsOf(view: View): Column<MessageLine>[] {
	return [
		{
			id: 'subject',
			title: t('msg.subject'),
			value: (line) => line.subject ?? t('msg.shut'),
			cell: (line) => (
				<a class={`hit-link ${line.unread ? 'msg-unread' : 'msg-seen'}`} href={hrefOf('message', line.id)}>
					<span dir="auto">
						<Name text={line.subject ?? t('msg.shut')} />
					</span>
					{line.unread && <span class="unseen">, {t('msg.view.unread')}</span>}
				</a>
			),
		},
		{ id: 'from', title: t('msg.from'), value: (line) => officeName(line.from), cell: (line) => <Name text={officeName(line.from)} /> },
		{ id: 'at', title: t('msg.at'), value: (line) => line.at, cell: (line) => <bdi>{moment(new Date(line.at))}</bdi> },
		{
			id: 'urgency',
			title: t('msg.urgency'),
			value: (line) => ['very-urgent', 'urgent', 'normal'].indexOf(line.urgency),
			cell: (line) => (line.urgency === 'normal' ? '' : <strong class={line.urgency === 'very-urgent' ? 'bad' : 'near'}>{vocabularyWord('urgencies', line.urgency)}</strong>),
		},
		view === 'out'
			? { id: 'readers', title: t('msg.readers'), value: (line) => line.readers, number: true }
			: { id: 'files', title: t('msg.files'), value: (line) => line.files, number: true, cell: (line) => (line.files > 0 ? number(line.files) : '') },
	];
}

export default function MessagesPage(): JSX.Element {
	const own = ownOffice();
	const asked = new URLSearchParams(query.value).get('view');
	const view = VIEWS.find((one) => one === asked) ?? 'in';
	const [found, setFound] = useState<{ readonly rows: readonly MessageLine[]; readonly total: number } | null>(null);
	const [unread, setUnread] = useState<number | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		if (own === '') return undefined;
		let mine = true;
		setFound(null);
		Promise.all([readRows<MessageLine>(`messages?${QUESTIONS[view]}`, 'messages'), learnForms()]).then(
			([rows]) => mine && (setFound(rows), setFailed(null)),
			(error) => mine && setFailed(error),
		);
		readTotal(`messages?${QUESTIONS.unread}`).then((total) => mine && setUnread(total), () => undefined);
		return () => {
			mine = false;
		};
	}, [view, own]);
	const columns = useMemo(() => columnsOf(view), [language.value, found]);
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.messages')}</h1>
					<p class="small">{t('msg.meaning')}</p>
				</div>
				{may('messages.write') && (
					<a class="button button-main" href={hrefOf('write', 'new')}>
						<Icon name="pen" />
						{t('nav.write')}
					</a>
				)}
			</div>
			<Choice
				label={t('msg.view')}
				value={view}
				options={VIEWS.map((value) => ({ value, text: value === 'unread' && unread !== null ? `${t('msg.view.unread')} (${number(unread)})` : t(`msg.view.${value}`) }))}
				onChange={(next) => restate(`?view=${next}`)}
			/>
			{failed !== null && <Trouble error={failed} />}
			{own === '' && <p class="card empty">{t('trouble.right')}</p>}
			{own !== '' && found === null && failed === null && <p role="status">{t('loading')}</p>}
			{found !== null && found.rows.length === 0 && <p class="card empty">{t('msg.none')}</p>}
			{found !== null && found.rows.length > 0 && (
				<Sheet
					key={view}
					label={t('nav.messages')}
					rows={found.rows}
					columns={columns}
					keyOf={(line) => line.id}
					file="messages"
					sort="-at"
					note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined}
				/>
			)}
		</div>
	);
}
