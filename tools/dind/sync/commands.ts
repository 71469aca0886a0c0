import type { Argv } from '../commands/argv.ts';

/** How the device's engine is reached. */
export type Transport =
	| { readonly kind: 'ssh'; readonly host: string; readonly port: number }
	| { readonly kind: 'engine'; readonly host: string; readonly port: number };

/** The supervisor's container on a device and the program that manages it. */
export interface SupervisorPlace {
	/** `balena-engine`, `balena` or `docker`. */
	readonly engine: string;
	readonly container: string;
}

/** Names that supervisors' containers have had. */
const CONTAINERS = ['balena_supervisor', 'resin_supervisor'];
const ENGINES = ['balena-engine', 'balena', 'docker'];
/** Where the built supervisor is in its container. */
export const DIST_PATH = '/usr/src/app/dist';

/** Exit codes of {@link findSupervisor}. */
export const NO_ENGINE = 33;
export const NO_SUPERVISOR = 34;
/** Exit code of {@link restartContainer}. */
export const NOT_BACK = 35;

/** Units that hold the supervisor's container, on balenaOS and in Docker-in-Docker. */
const UNITS = ['balena-supervisor', 'resin-supervisor', 'resin-supervisor-dind'];

/** A command line that runs a shell script where the device's engine is. */
export function onDevice(transport: Transport, script: string): Argv {
	const { host, port } = transport;
	if (transport.kind === 'engine') {
		return ['env', `DOCKER_HOST=tcp://${host}:${port}`, 'sh', '-c', script];
	}
	// Devices are set up anew all the time, so their host keys change; nothing secret is sent.
	const options = ['ConnectTimeout=10', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'];
	return [
		'ssh',
		'-p',
		String(port),
		...[...options, 'LogLevel=ERROR'].flatMap((option) => ['-o', option]),
		`root@${host}`,
		script,
	];
}

/** Prints `<engine> <container>`; ends with {@link NO_ENGINE} or {@link NO_SUPERVISOR}. */
export function findSupervisor(transport: Transport): Argv {
	return onDevice(
		transport,
		[
			'e=',
			`for n in ${ENGINES.join(' ')}; do command -v $n >/dev/null 2>&1 && $n version >/dev/null 2>&1 && e=$n && break; done`,
			`[ -n "$e" ] || exit ${NO_ENGINE}`,
			`for c in ${CONTAINERS.join(' ')}; do $e inspect --type container $c >/dev/null 2>&1 && echo "$e $c" && exit 0; done`,
			`exit ${NO_SUPERVISOR}`,
		].join('\n'),
	);
}

/** Writes the files of a folder to standard output as a tar archive. */
export function packFolder(dir: string): Argv {
	return ['tar', '-C', dir, '-cf', '-', '.'];
}

/** Unpacks an archive from standard input over the built supervisor. */
export function copyDist(transport: Transport, { engine, container }: SupervisorPlace): Argv {
	return onDevice(transport, `${engine} cp - ${container}:${DIST_PATH}`);
}

/**
 * Restarts the supervisor and prints when it started, as the engine writes times; ends with {@link NOT_BACK}
 * if it does not come up. Where a unit holds the container, the unit is asked: it would answer a restart behind
 * its back with one of its own.
 */
export function restartContainer(
	transport: Transport,
	{ engine, container }: SupervisorPlace,
): Argv {
	const byEngine = `${engine} restart -t 10 ${container} >/dev/null`;
	const byUnit = [
		'u=',
		`for n in ${UNITS.join(' ')}; do systemctl is-active --quiet $n 2>/dev/null && u=$n && break; done`,
		`if [ -n "$u" ]; then systemctl restart $u; else ${byEngine}; fi`,
	];
	const look = `$(${engine} inspect -f '{{.State.Running}} {{.State.StartedAt}}' ${container} 2>/dev/null)`;
	return onDevice(
		transport,
		[
			`before="${look}"`,
			...(transport.kind === 'ssh' ? byUnit : [byEngine]),
			'i=0',
			'while [ $i -lt 30 ]; do',
			`  now="${look}"`,
			'  case $now in "$before") ;; true*) echo "${now#true }"; exit 0 ;; esac',
			'  sleep 0.5; i=$((i+1))',
			'done',
			`exit ${NOT_BACK}`,
		].join('\n'),
	);
}

/** Prints the last lines of what the supervisor wrote since `startedAt`; waits up to ten seconds for a first one. */
export function tailLog(
	transport: Transport,
	{ engine, container }: SupervisorPlace,
	startedAt: string,
): Argv {
	const log = `${engine} logs --since ${startedAt} ${container} 2>&1`;
	return onDevice(
		transport,
		[
			'i=0',
			`while [ $i -lt 10 ] && [ -z "$(${log} | head -n 1)" ]; do sleep 1; i=$((i+1)); done`,
			'sleep 1',
			`${log} | tail -n 30`,
		].join('\n'),
	);
}

/** Shows what the supervisor writes until interrupted. */
export function followLog(
	transport: Transport,
	{ engine, container }: SupervisorPlace,
	startedAt: string,
): Argv {
	return onDevice(transport, `${engine} logs --follow --since ${startedAt} ${container}`);
}
