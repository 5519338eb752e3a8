/* Keys: the log's own, with its newest checkpoint, and those with which offices sign. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OfficeKey } from '../../api/admin';
import { readText } from '../../api/client';
import { learnCodes, readAll } from '../../api/notices';
import { may, ownOffice } from '../../frame/who';
import { say } from '../../frame/say';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code } from '../../parts/Name';
import { savePlain } from '../../parts/save';
import { Trouble } from '../../parts/Trouble';
import { useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { AddKey, Keys } from './Keys';

/* A checkpoint: the log's name, how many entries, the root; then a signature a line: "— name hash". */
interface Checkpoint {
	readonly text: string;
	readonly name: string;
	readonly entries: number;
	readonly root: string;
	readonly signers: readonly string[];
}

export function readCheckpoint(text: string): Checkpoint {
	const lines = text.split('\n');
	return { text, name: lines[0] ?? '', entries: Number(lines[1] ?? 0), root: lines[2] ?? '', signers: lines.filter((one) => one.startsWith('— ')).map((one) => one.split(' ')[1] ?? '') };
}

export default function KeysPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [keys, setKeys] = useState<readonly OfficeKey[] | null>(null);
	const [note, setNote] = useState<Checkpoint | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [adding, setAdding] = useState(false);
	const load = (): void => {
		Promise.all([readAll<OfficeKey>('keys', 'keys'), learnCodes()]).then(([found]) => setKeys(found), setFailed);
		readText('log/checkpoint').then((text) => setNote(readCheckpoint(text)), setFailed);
	};
	useEffect(load, []);
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.keys')}</h1>
					<p class="small">{t('okey.meaning')}</p>
				</div>
				{may('keys.change') && (
					<button type="button" class="button-main" id="key-new" onClick={() => setAdding(true)}>
						<Icon name="lock" />
						{t('okey.add')}
					</button>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{note !== null && (
				<section class="card stack" data-log={note.entries}>
					<h2 class="card-title">{t('okey.log')}</h2>
					<p>{t('okey.log.meaning')}</p>
					<dl class="facts facts-wide">
						<Fact name={t('okey.log.name')}>
							<Code text={note.name} />
						</Fact>
						<Fact name={t('okey.log.entries')}>{number(note.entries)}</Fact>
						<Fact name={t('okey.log.root')}>
							<Code text={note.root} />
						</Fact>
						<Fact name={t('okey.log.signed')} class="values">
							{note.signers.map((one) => (
								<Code key={one} text={one} />
							))}
						</Fact>
					</dl>
					<div>
						<button type="button" onClick={() => savePlain(`checkpoint-${note.entries}.note`, note.text)}>
							<Icon name="download" />
							{t('okey.log.save')}
						</button>
					</div>
				</section>
			)}
			{keys !== null && <Keys act={act} keys={keys} onChanged={load} />}
			{adding && (
				<AddKey
					act={act}
					office={ownOffice()}
					onDone={() => {
						setAdding(false);
						say(t('officers.done'));
						load();
					}}
					onClose={() => setAdding(false)}
				/>
			)}
			{dialog}
		</div>
	);
}
