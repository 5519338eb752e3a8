/* One message: what it says, who can open it, what each reader has said of it; the answers to it. Opening it here tells the
 * sender that it was read. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Message, type MessageLine, type Reader, formOf, formWord, learnForms, vocabularyWord } from '../../api/messages';
import { officeName, word } from '../../api/notices';
import { type Answer, ask } from '../../api/sign';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { may, ownOffice } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { t } from '../../strings';
import { bytes, moment, number } from '../../strings/format';

function Reason({ step, id, act, onDone, onClose }: { readonly step: 'refuse' | 'remove'; readonly id: string; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [reason, setReason] = useState('');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const answer = await act<Told>('POST', `messages/${id}/${step}`, { reason: reason.trim() });
		if (answer.status === 204) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t(`msg.${step}`)} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p>{t(`msg.${step}.help`)}</p>
				<Field label={t('msg.reason')}>{(ids) => <textarea {...ids} name="reason" rows={3} dir="auto" required maxLength={160} value={reason} onInput={(event) => setReason(event.currentTarget.value.replace(/[\r\n\t]/g, ' '))} />}</Field>
				<FormEnd refused={refused} disabled={false} onClose={onClose}>
					{t(`msg.${step}`)}
				</FormEnd>
			</form>
		</Dialog>
	);
}

function Receipts({ message }: { readonly message: Message }): JSX.Element {
	const line = (reader: Reader): JSX.Element => (
		<li key={reader.office}>
			<strong>
				<Name text={officeName(reader.office)} />
			</strong>
			<ul class="plain">
				{reader.stored === null && reader.refused === null && <li>{t('msg.waits')}</li>}
				{reader.stored !== null && <li>{t('msg.stored', { time: moment(new Date(reader.stored)) })}</li>}
				{reader.read !== null && <li>{t('msg.read', { time: moment(new Date(reader.read)), who: reader.officer ?? '' })}</li>}
				{reader.refused !== null && (
					<li class="bad">
						{t('msg.refused', { time: moment(new Date(reader.refused)) })} <bdi>{reader.reason}</bdi>
					</li>
				)}
			</ul>
		</li>
	);
	const own = ownOffice();
	const told = own === message.from || own === 'GS' ? message.to : message.to.filter((reader) => reader.office === own);
	const others = message.to.filter((reader) => !told.includes(reader));
	return (
		<section class="card" aria-label={t('msg.receipts')}>
			<h2 class="card-title">{t('msg.receipts')}</h2>
			<p class="small">{t('msg.accepted', { number: number(message.sequence) })}</p>
			<ul class="plain stack">{told.map(line)}</ul>
			{others.length > 0 && (
				<p class="small">
					{t('msg.also')} {others.map((reader, index) => <span key={reader.office}>{index > 0 && ', '}<Name text={officeName(reader.office)} /></span>)}
				</p>
			)}
			<p class="small msg-lock">
				<Icon name="hidden" /> {t('msg.lock')}
			</p>
		</section>
	);
}

function Said({ message }: { readonly message: Message }): JSX.Element | null {
	const content = message.content;
	if (content === null) return null;
	const form = formOf(content.form);
	const row = (label: string, value: JSX.Element | string | undefined): JSX.Element | null =>
		value === undefined || value === '' ? null : (
			<Fact name={label}>{value}</Fact>
		);
	const bdi = (text: string | undefined): JSX.Element | undefined => (text === undefined ? undefined : <span dir="auto"><Name text={text} /></span>);
	return (
		<section class="card" aria-label={content.subject}>
			{form !== undefined && <h2 class="card-title">{formWord(form)}</h2>}
			{form !== undefined && (
				<dl class="facts">
					{form.fields.map((field) => (
						<>{row(formWord(field), content.fields?.[field.code] !== undefined ? <span class="msg-text" dir="auto">{content.fields[field.code]}</span> : undefined)}</>
					))}
				</dl>
			)}
			{content.text !== undefined && <p class="msg-text" dir="auto">{content.text}</p>}
			<dl class="facts">
				{row(t('msg.reference'), bdi(content.reference))}
				{row(t('msg.your_reference'), bdi(content.your_reference))}
				{row(t('msg.handling'), content.handling?.police !== undefined ? `${content.handling.police}: ${vocabularyWord('handling', content.handling.police)}` : undefined)}
				{row('TLP', content.handling?.tlp !== undefined ? `${content.handling.tlp}: ${vocabularyWord('tlp', content.handling.tlp)}` : undefined)}
				{row(t('msg.note'), bdi(content.handling?.note))}
				{row(t('msg.source'), content.grading?.source !== undefined ? `${content.grading.source}: ${vocabularyWord('sources', content.grading.source)}` : undefined)}
				{row(t('msg.information'), content.grading?.information !== undefined ? `${content.grading.information}: ${vocabularyWord('information', content.grading.information)}` : undefined)}
				{row(t('msg.crimes'), content.crime_areas?.map((code) => word('crime', code)).join(' · '))}
				{row(t('msg.notice'), content.notice !== undefined ? <a href={hrefOf('notice', content.notice.replace('/', '-'))}><Code text={content.notice} /></a> : undefined)}
			</dl>
			{content.files !== undefined && content.files.length > 0 && (
				<>
					<h3>{t('msg.files')}</h3>
					<ul class="plain">
						{content.files.map((file, index) => (
							<li key={file.digest}>
								<a class="msg-file" href={`/api/v1/messages/${message.id}/files/${index + 1}`} download={file.name}>
									<Icon name="download" /> <bdi><Name text={file.name} /></bdi>
								</a>{' '}
								<small>{bytes(file.size)}</small>
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}

export default function MessagePage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const { act, dialog } = useAct();
	const [message, setMessage] = useState<Message | null>(null);
	const [thread, setThread] = useState<readonly MessageLine[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const [step, setStep] = useState<'refuse' | 'remove' | null>(null);
	const own = ownOffice();
	const show = async (): Promise<void> => {
		const [found] = await Promise.all([read<Message>(`messages/${encodeURIComponent(id)}`), learnForms()]);
		setMessage(found);
		setThread((await read<{ messages: readonly MessageLine[] }>(`messages?folder=both&thread=${found.thread}`)).messages);
		/* The receipt is written when the words stand on the screen, and not before. */
		if (found.unread && found.content !== null) void ask('POST', `messages/${found.id}/read`);
	};
	useEffect(() => {
		setMessage(null);
		setFailed(null);
		void show().catch(setFailed);
	}, [id]);
	const mine = message !== null && message.from === own;
	const reader = message?.to.find((one) => one.office === own);
	return (
		<div class="page page-wide">
			<p class="notice-back">
				<a href="/desk/messages">
					<Icon name="back" /> {t('nav.messages')}
				</a>
			</p>
			{failed !== null && (
				<>
					<h1 tabIndex={-1}>{t('nav.message')}</h1>
					<Trouble error={failed} />
				</>
			)}
			{message === null && failed === null && <h1 tabIndex={-1}>{t('loading')}</h1>}
			{message !== null && (
				<>
					<div class="page-head">
						<div>
							<h1 tabIndex={-1}>
								<bdi>
									<Name text={message.content?.subject ?? t('msg.shut')} />
								</bdi>
							</h1>
							<p>
								<Name text={officeName(message.from)} /> · <bdi>{moment(new Date(message.at))}</bdi>
								{message.urgency !== 'normal' && <strong class="bad"> · {vocabularyWord('urgencies', message.urgency)}</strong>}
							</p>
						</div>
						<div class="row">
							{may('messages.write') && message.content !== null && (
								<a class="button button-main" href={hrefOf('write', message.id)}>
									<Icon name="pen" />
									{t('msg.reply')}
								</a>
							)}
							{may('messages.write') && reader !== undefined && reader.refused === null && (
								<button type="button" class="button-quiet" onClick={() => setStep('refuse')}>
									{t('msg.refuse')}
								</button>
							)}
							{may('messages.write') && mine && (
								<button type="button" class="button-quiet" onClick={() => setStep('remove')}>
									{t('msg.remove')}
								</button>
							)}
							<button type="button" class="button-quiet" onClick={() => print()}>
								<Icon name="print" />
								{t('print')}
							</button>
						</div>
					</div>
					<div class="notice-body">
						<div class="stack">
							{message.content === null && (
								<section class="card">
									<p>{t('msg.closed')}</p>
									<p class="small" lang="en" dir="ltr">
										{message.sealed}
									</p>
								</section>
							)}
							<Said message={message} />
							{thread.length > 1 && (
								<section class="card" aria-label={t('msg.thread')}>
									<h2 class="card-title">{t('msg.thread')}</h2>
									<ol class="plain stack">
										{[...thread].reverse().map((line) => (
											<li key={line.id} aria-current={line.id === message.id ? 'true' : undefined}>
												{line.id === message.id ? <strong dir="auto"><Name text={line.subject ?? t('msg.shut')} /></strong> : <a href={hrefOf('message', line.id)} dir="auto"><Name text={line.subject ?? t('msg.shut')} /></a>}
												<small class="msg-by">
													<Name text={officeName(line.from)} /> · <bdi>{moment(new Date(line.at))}</bdi>
												</small>
											</li>
										))}
									</ol>
								</section>
							)}
						</div>
						<Receipts message={message} />
					</div>
				</>
			)}
			{message !== null && step !== null && (
				<Reason
					step={step}
					id={message.id}
					act={act}
					onClose={() => setStep(null)}
					onDone={() => {
						const done = step;
						setStep(null);
						say(t(`msg.did.${done}`));
						if (done === 'remove') go('/desk/messages?view=out');
						else void show().catch(setFailed);
					}}
				/>
			)}
			{dialog}
		</div>
	);
}
