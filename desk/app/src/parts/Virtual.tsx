/* A list of any length in which only what is seen is in the document. All lines are equally high, so that the bar tells
 * the truth about how long it is; what has not come yet is an empty line. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const BEYOND = 6; /* lines above and below what is seen */

export function Virtual(props: {
	readonly label: string;
	readonly count: number;
	readonly height: number; /* of a line, in rem */
	readonly least: number; /* width of a cell, in rem; 0: one a line */
	readonly onSeen: (first: number, last: number) => void;
	readonly cell: (index: number) => ComponentChildren;
}): JSX.Element {
	const box = useRef<HTMLDivElement>(null);
	const [seen, setSeen] = useState({ first: 0, last: 20, columns: 1, line: props.height * 16 });
	const look = (): void => {
		const element = box.current;
		if (element === null) return;
		const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
		const line = props.height * rem;
		const columns = props.least > 0 ? Math.max(1, Math.floor(element.clientWidth / (props.least * rem))) : 1;
		const first = Math.max(0, Math.floor(element.scrollTop / line) - BEYOND) * columns;
		const last = Math.min(props.count, (Math.ceil((element.scrollTop + element.clientHeight) / line) + BEYOND) * columns);
		setSeen((before) => (before.first === first && before.last === last && before.columns === columns && before.line === line ? before : { first, last, columns, line }));
	};
	useLayoutEffect(look, [props.count, props.height, props.least]);
	useEffect(() => {
		const watch = new ResizeObserver(look);
		if (box.current !== null) watch.observe(box.current);
		return () => watch.disconnect();
	}, [props.count, props.height, props.least]);
	const { onSeen } = props;
	useEffect(() => onSeen(seen.first, seen.last), [seen.first, seen.last, onSeen]);
	const lines = Math.ceil(props.count / seen.columns);
	const cells: JSX.Element[] = [];
	for (let index = seen.first; index < Math.min(seen.last, props.count); index++) {
		cells.push(
			<li key={index} class="virtual-cell" aria-setsize={props.count} aria-posinset={index + 1}>
				{props.cell(index)}
			</li>,
		);
	}
	const move = (event: KeyboardEvent): void => {
		const step = event.key === 'ArrowDown' ? seen.columns : event.key === 'ArrowUp' ? -seen.columns : 0;
		const links = [...(box.current?.querySelectorAll<HTMLElement>('.virtual-cell a') ?? [])];
		const at = links.indexOf(document.activeElement as HTMLElement);
		if (step === 0 || at === -1) return;
		const next = links[at + step];
		if (next === undefined) return;
		event.preventDefault();
		next.focus();
		next.scrollIntoView({ block: 'nearest' });
	};
	/* Heights go through the style object: the policy lets no style stand in the document. */
	const pad = (element: HTMLElement | null, height: number): void => {
		if (element !== null) element.style.blockSize = `${height}px`;
	};
	return (
		<div class="virtual" ref={box} tabIndex={0} role="region" aria-label={props.label} onScroll={look} onKeyDown={move}>
			<div class="virtual-all" ref={(element) => pad(element, lines * seen.line)}>
				<ul
					class={props.least > 0 ? 'virtual-grid' : 'virtual-list'}
					ref={(element) => {
						if (element === null) return;
						element.style.transform = `translateY(${(seen.first / seen.columns) * seen.line}px)`;
						element.style.setProperty('--columns', String(seen.columns));
						element.style.setProperty('--line', `${seen.line}px`);
					}}
				>
					{cells}
				</ul>
			</div>
		</div>
	);
}
