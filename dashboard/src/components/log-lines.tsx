import { useEffect, useRef } from 'preact/hooks';
import { clockText } from '../format.ts';
import type { NumberedLine } from '../log-lines.ts';

export interface LogLinesProps {
	readonly lines: readonly NumberedLine[];
	/** Only lines with this in them, in any case; empty: all. */
	readonly search: string;
	/** The last line stays in sight. */
	readonly isFollowing: boolean;
	readonly setFollowing: (isFollowing: boolean) => void;
}

/** Lines of a log; whoever scrolls up stops to follow, whoever scrolls to the end goes on. */
export function LogLines({ lines, search, isFollowing, setFollowing }: LogLinesProps) {
	const list = useRef<HTMLOListElement>(null);
	const wanted = search.toLowerCase();
	const shown = lines.filter(({ message }) => message.toLowerCase().includes(wanted));
	useEffect(() => {
		const element = list.current;
		if (isFollowing && element) element.scrollTop = element.scrollHeight;
	}, [shown, isFollowing]);
	const onScroll = (): void => {
		const element = list.current;
		if (element === null) return;
		const restPx = element.scrollHeight - element.scrollTop - element.clientHeight;
		setFollowing(restPx < 24);
	};
	return (
		<ol ref={list} class="lines mono" tabIndex={0} aria-label="Lines" onScroll={onScroll}>
			{shown.length === 0 && (
				<li class="soft">{lines.length === 0 ? 'Nothing yet.' : 'No line has that in it.'}</li>
			)}
			{shown.map(({ id, at, message, isStdErr }) => (
				<li key={id} class={isStdErr ? 'err' : ''}>
					<time class="soft" dateTime={at}>
						{clockText(Date.parse(at), Date.now())}
					</time>
					<Marked text={message} wanted={wanted} />
				</li>
			))}
		</ol>
	);
}

/** The text with what was searched for marked. */
function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
	const start = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted);
	if (start === -1) return <span>{text}</span>;
	const end = start + wanted.length;
	return (
		<span>
			{text.slice(0, start)}
			<mark>{text.slice(start, end)}</mark>
			{text.slice(end)}
		</span>
	);
}
