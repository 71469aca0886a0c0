import type { V3Client } from '../../../tools/client/client.ts';
import type { Question } from './confirm-dialog.tsx';
import { Icon, type IconName } from './icon.tsx';
import type { ServiceRowProps } from './service-row.tsx';

interface ServiceVerb {
	readonly icon: IconName;
	readonly word: string;
	readonly text: string;
	readonly done: string;
	readonly run: (call: ServiceCall, force: boolean) => ReturnType<Question['run']>;
}

interface ServiceCall {
	readonly client: V3Client;
	readonly params: { readonly path: { readonly uuid: string; readonly name: string } };
}

const restart: ServiceVerb = {
	icon: 'restart',
	word: 'Restart',
	text: 'Its container is replaced by a new one. Volumes stay.',
	done: 'was restarted',
	run: ({ client, params }, force) =>
		client.POST('/v3/apps/{uuid}/services/{name}/restart', { params, body: { force } }),
};

const stop: ServiceVerb = {
	icon: 'stop',
	word: 'Stop',
	text: 'It stays stopped until it is started, or its app gets another release.',
	done: 'was stopped',
	run: ({ client, params }, force) =>
		client.POST('/v3/apps/{uuid}/services/{name}/stop', { params, body: { force } }),
};

const start: ServiceVerb = {
	icon: 'play',
	word: 'Start',
	text: 'Its container is started.',
	done: 'was started',
	run: ({ client, params }, force) =>
		client.POST('/v3/apps/{uuid}/services/{name}/start', { params, body: { force } }),
};

/** What can be done with a service. */
export function ServiceActions(props: Omit<ServiceRowProps, 'samples'>) {
	const { app, service, session, verbs } = props;
	const { serviceName: name, containerId, status } = service;
	const isOff = containerId === undefined;
	const call = { client: session.client, params: { path: { uuid: app.appUuid, name } } };
	const isRunning = status === 'Running' || status === 'Starting';
	return (
		<div class="actions">
			<Action
				icon="logs"
				label={`Logs of ${name}`}
				isOff={isOff}
				onClick={() => verbs.showLogs({ appUuid: app.appUuid, serviceName: name })}
			/>
			{[restart, isRunning ? stop : start].map((verb) => (
				<Action
					key={verb.word}
					icon={verb.icon}
					label={`${verb.word} ${name}`}
					isOff={isOff}
					onClick={() =>
						verbs.ask({
							title: `${verb.word} ${name}?`,
							text: verb.text,
							button: verb.word,
							done: `${name} ${verb.done}.`,
							run: (force) => verb.run(call, force),
						})
					}
				/>
			))}
		</div>
	);
}

interface ActionProps {
	readonly icon: IconName;
	readonly label: string;
	readonly isOff: boolean;
	readonly onClick: () => void;
}

function Action({ icon, label, isOff, onClick }: ActionProps) {
	return (
		<button
			type="button"
			class="icon"
			aria-label={label}
			title={label}
			disabled={isOff}
			onClick={onClick}
		>
			<Icon name={icon} />
		</button>
	);
}
