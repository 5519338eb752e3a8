/* A table that is sorted by its heads, narrowed by a word, and saved as a file: of rows that are all here. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../strings';
import { compare } from '../strings/format';
import { Icon } from './Icon';
import { csvRow, saveText } from './save';

const AT_ONCE = 100;

export interface Column<Row> {
	readonly id: string; /* its head in the file */
	readonly title: string;
	readonly value: (row: Row) => string | number; /* what it is sorted by, found by, and saved as */
	readonly cell?: (row: Row) => ComponentChildren;
	readonly number?: boolean;
	readonly sum?: (rows: readonly Row[]) => ComponentChildren; /* stands at its foot, of the rows that are shown */
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function Sheet<Row>(props: {
	readonly label: string;
	readonly rows: readonly Row[];
	readonly columns: readonly Column<Row>[];
	readonly keyOf: (row: Row) => string;
	readonly file: string; /* name of the file, without its ending */
	readonly note?: ComponentChildren; /* above it */
	readonly sort?: string; /* column, '-' before it for the other way round */
}): JSX.Element {
	const [sort, setSort] = useState(props.sort ?? '');
	const [words, setWords] = useState('');
	const [most, setMost] = useState(AT_ONCE);
	const { rows, columns } = props;
	/* On paper all of them. */
	useEffect(() => {
		const all = (): void => setMost(Number.MAX_SAFE_INTEGER);
		addEventListener('beforeprint', all);
		return () => removeEventListener('beforeprint', all);
	}, []);
	const shown = useMemo(() => {
		const sought = fold(words.trim()).split(/\s+/).filter((word) => word !== '');
		const found = sought.length === 0 ? [...rows] : rows.filter((row) => {
			const text = fold(columns.map((column) => String(column.value(row))).join(' '));
			return sought.every((word) => text.includes(word));
		});
		const by = columns.find((column) => column.id === sort.replace(/^-/, ''));
		if (by === undefined) return found;
		const sign = sort.startsWith('-') ? -1 : 1;
		return found.sort((a, b) => {
			const [left, right] = [by.value(a), by.value(b)];
			return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : compare(String(left), String(right)));
		});
	}, [rows, columns, words, sort]);
	return (
		<section class="card sheet" data-file={props.file}>
			<div class="sheet-head">
				<p role="status" data-rows={shown.length}>{props.note ?? t('sheet.count', { count: shown.length })}</p>
				<label class="notices-words">
					<span class="unseen">{t('sheet.narrow')}</span>
					<Icon name="search" />
					<input type="search" dir="auto" autocomplete="off" maxLength={200} placeholder={t('sheet.narrow')} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
				</label>
				<button
					type="button"
					class="sheet-save"
					disabled={shown.length === 0}
					onClick={() => saveText(`${props.file}.csv`, csvRow(columns.map((column) => column.id)) + shown.map((row) => csvRow(columns.map((column) => column.value(row)))).join(''))}
				>
					<Icon name="download" />
					{t('sheet.save')}
				</button>
			</div>
			<div class="scroll" tabIndex={0} role="region" aria-label={props.label}>
				<table class="table">
					<caption class="unseen">{props.label}</caption>
					<thead>
						<tr>
							{columns.map((column) => {
								const way = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined;
								return (
									<th key={column.id} scope="col" class={column.number === true ? 'number' : undefined} aria-sort={way}>
										<button type="button" class="button-quiet" data-sort={column.id} onClick={() => setSort(way === undefined ? (column.number === true ? `-${column.id}` : column.id) : way === 'ascending' ? `-${column.id}` : column.id)}>
											{column.title}
											<span aria-hidden="true" class="sheet-way">
												{way === 'ascending' ? '▲' : way === 'descending' ? '▼' : ''}
											</span>
										</button>
									</th>
								);
							})}
						</tr>
					</thead>
					<tbody>
						{shown.slice(0, most).map((row) => (
							<tr key={props.keyOf(row)}>
								{columns.map((column) => (
									<td key={column.id} class={column.number === true ? 'number' : undefined}>
										{column.cell !== undefined ? column.cell(row) : column.value(row)}
									</td>
								))}
							</tr>
						))}
					</tbody>
					{columns.some((column) => column.sum !== undefined) && (
						<tfoot>
							<tr>
								{columns.map((column, index) =>
									index === 0 ? (
										<th key={column.id} scope="row">
											{t('sheet.sum')}
										</th>
									) : (
										<td key={column.id} class={column.number === true ? 'number' : undefined} data-sum={column.id}>
											{column.sum?.(shown)}
										</td>
									),
								)}
							</tr>
						</tfoot>
					)}
				</table>
			</div>
			{shown.length > most && (
				<p>
					<button type="button" class="button-quiet" onClick={() => setMost(most + 5 * AT_ONCE)}>
						{t('more', { count: shown.length - most })}
					</button>
				</p>
			)}
		</section>
	);
}
