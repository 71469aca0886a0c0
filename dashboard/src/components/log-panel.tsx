import { useEffect, useRef, useState } from 'preact/hooks';
import { useLogLines } from '../log-lines.ts';
import type { Session } from '../session.ts';
import { Icon } from './icon.tsx';
import { LogLines } from './log-lines.tsx';

export interface LogSubject {
	readonly appUuid: string;
	readonly serviceName: string;
}

export interface LogPanelProps {
	readonly subject: LogSubject;
	readonly session: Session;
	readonly onClose: () => void;
}

/** What a service says, as it says it. */
export function LogPanel({ subject, session, onClose }: LogPanelProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [search, setSearch] = useState('');
	const [isFollowing, setFollowing] = useState(true);
	const { lines, state } = useLogLines(subject, session);
	useEffect(() => {
		dialog.current?.showModal();
	}, []);
	return (
		<dialog ref={dialog} class="logs" aria-labelledby="logs-title" onClose={onClose}>
			<div class="head">
				<h2 id="logs-title">Logs of {subject.serviceName}</h2>
				<span class="soft" role="status">
					{state}
				</span>
				<span class="grow" />
				<input
					type="search"
					placeholder="Search"
					aria-label="Search in the log"
					value={search}
					onInput={(event) => setSearch(event.currentTarget.value)}
				/>
				<button type="button" aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
					Follow
				</button>
				<button
					type="button"
					class="icon"
					aria-label="Close logs"
					onClick={() => dialog.current?.close()}
				>
					<Icon name="close" />
				</button>
			</div>
			<LogLines {...{ lines, search, isFollowing, setFollowing }} />
		</dialog>
	);
}
