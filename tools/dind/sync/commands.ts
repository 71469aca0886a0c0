import type { Argv } from '../commands/argv.ts';

/** How the device's engine is reached. */
export type Transport =
	| {
			readonly kind: 'ssh';
			readonly host: string;
			readonly port: number;
			/** Socket of a connection that stays open and that all commands share; undefined: one for each. */
			readonly controlPath?: string;
	  }
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
const HEALTHCHECK = '/usr/src/app/healthcheck.sh';

/** Exit codes of {@link findSupervisor}. */
export const NO_ENGINE = 33;
export const NO_SUPERVISOR = 34;
/** Exit codes of {@link deliver} and {@link reset}: the container does not come up; it does, but does not answer. */
export const NOT_BACK = 35;
export const NOT_WELL = 37;
/** Exit code of {@link deliver}: the files cannot be put into the container. */
export const NOT_COPIED = 36;

/** Units that hold the supervisor's container, on balenaOS and in Docker-in-Docker. */
const UNITS = ['balena-supervisor', 'resin-supervisor', 'resin-supervisor-dind'];

/** Host and port as URLs have them: an address of IPv6 in brackets. */
export function toAddress({ host, port }: Transport): string {
	return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A command line that runs a shell script where the device's engine is. */
export function onDevice(transport: Transport, script: string): Argv {
	if (transport.kind === 'engine') {
		return ['env', `DOCKER_HOST=tcp://${toAddress(transport)}`, 'sh', '-c', script];
	}
	return ['ssh', ...sshOptions(transport), `root@${transport.host}`, script];
}

/** Closes the connection that commands share. */
export function closeConnection(transport: Transport & { readonly kind: 'ssh' }): Argv {
	return ['ssh', ...sshOptions(transport), '-O', 'exit', `root@${transport.host}`];
}

function sshOptions({ port, controlPath }: Transport & { readonly kind: 'ssh' }): string[] {
	const options = [
		'ConnectTimeout=10',
		// Devices are set up anew all the time, so their host keys change; nothing secret is sent.
		'StrictHostKeyChecking=no',
		'UserKnownHostsFile=/dev/null',
		'LogLevel=ERROR',
		// Nobody sits there to type a password.
		'BatchMode=yes',
	];
	const shared = ['ControlMaster=auto', `ControlPath=${controlPath ?? ''}`, 'ControlPersist=60'];
	const all = controlPath === undefined ? options : [...options, ...shared];
	return ['-p', String(port), ...all.flatMap((option) => ['-o', option])];
}

/**
 * Prints what is known of the supervisor's container as `key=value` lines, see `parsePlace`; ends with
 * {@link NO_ENGINE} or {@link NO_SUPERVISOR}.
 */
export function findSupervisor(transport: Transport): Argv {
	const look = [
		'container={{slice .Name 1}}',
		'imageId={{.Image}}',
		'image={{.Config.Image}}',
		'readOnly={{.HostConfig.ReadonlyRootfs}}',
		`mountedDist={{range .Mounts}}{{if eq .Destination "${DIST_PATH}"}}{{.Source}}{{end}}{{end}}`,
	].join('\n');
	const script = [
		'e=',
		`for n in ${ENGINES.join(' ')}; do command -v $n >/dev/null 2>&1 && $n version >/dev/null 2>&1 && e=$n && break; done`,
		`[ -n "$e" ] || exit ${NO_ENGINE}`,
		`for c in ${CONTAINERS.join(' ')}; do $e inspect --type container $c >/dev/null 2>&1 && break; c=; done`,
		`[ -n "$c" ] || exit ${NO_SUPERVISOR}`,
		'echo "engine=$e"',
		`$e inspect --type container --format '${look}' $c`,
		`echo "imageArch=$($e image inspect --format '{{.Architecture}}' $($e inspect --type container --format '{{.Image}}' $c))"`,
		`echo "deviceArch=$($e version --format '{{.Server.Arch}}')"`,
		`echo "hasMain=$($e cp $c:${DIST_PATH}/main.cjs - 2>/dev/null | head -c 512 | grep -ac main.cjs)"`,
	];
	const local = [
		`echo "freeKb=$(df -Pk "$($e info --format '{{.DockerRootDir}}')" 2>/dev/null | awk 'NR == 2 { print $4 }')"`,
		'echo "variant=$(. /etc/os-release 2>/dev/null; echo "$VARIANT_ID")"',
	];
	// Over the engine's port these would be those of this computer.
	return onDevice(
		transport,
		[...script, ...(transport.kind === 'ssh' ? local : []), 'true'].join('\n'),
	);
}

/** Writes the files of a folder to standard output as a tar archive. */
export function packFolder(dir: string): Argv {
	return ['tar', '-C', dir, '-cf', '-', '.'];
}

/**
 * Unpacks an archive from standard input over the built supervisor, restarts it and waits until it answers. Prints when
 * it started, as the engine writes times. Ends with {@link NOT_COPIED}, {@link NOT_BACK} or {@link NOT_WELL}.
 */
export function deliver(transport: Transport, place: SupervisorPlace): Argv {
	const { engine, container } = place;
	return onDevice(
		transport,
		[
			`${engine} cp - ${container}:${DIST_PATH} || exit ${NOT_COPIED}`,
			`before="${stateOf(place)}"`,
			...restart(transport, place),
			...untilBack(place),
			...untilWell(place),
			'echo "$started"',
		].join('\n'),
	);
}

/**
 * Removes the container, so that whatever holds it makes it anew from the released image, and waits until that answers.
 * Prints when it started. Ends with {@link NOT_BACK} or {@link NOT_WELL}.
 */
export function reset(transport: Transport, place: SupervisorPlace): Argv {
	const { engine, container } = place;
	const remove = `${engine} rm --force ${container} >/dev/null`;
	const byUnit = [
		...findUnit,
		'[ -z "$u" ] || systemctl stop $u',
		remove,
		'[ -z "$u" ] || systemctl start $u',
	];
	return onDevice(
		transport,
		[
			`before="${stateOf(place)}"`,
			...(transport.kind === 'ssh' ? byUnit : [remove]),
			...untilBack(place),
			...untilWell(place),
			'echo "$started"',
		].join('\n'),
	);
}

const findUnit = [
	'u=',
	`for n in ${UNITS.join(' ')}; do systemctl is-active --quiet $n 2>/dev/null && u=$n && break; done`,
];

/** Where a unit holds the container, the unit is asked: it would answer a restart behind its back with one of its own. */
function restart({ kind }: Transport, { engine, container }: SupervisorPlace): string[] {
	const byEngine = `${engine} restart -t 10 ${container} >/dev/null`;
	if (kind === 'engine') return [byEngine];
	return [...findUnit, `if [ -n "$u" ]; then systemctl restart $u; else ${byEngine}; fi`];
}

/** Id, whether it runs, and since when. */
function stateOf({ engine, container }: SupervisorPlace): string {
	const format = '{{.Id}} {{.State.Running}} {{.State.StartedAt}}';
	return `$(${engine} inspect --type container --format '${format}' ${container} 2>/dev/null)`;
}

/** Goes on once the container runs that has been started since `$before`; then `$started` is when. */
function untilBack(place: SupervisorPlace): string[] {
	return [
		'i=0 started=',
		'while [ -z "$started" ]; do',
		`  now="${stateOf(place)}"`,
		'  case $now in "$before") ;; *" true "*) started=${now##* } ;; esac',
		`  [ $i -lt 300 ] || exit ${NOT_BACK}`,
		'  [ -n "$started" ] || sleep 0.1; i=$((i+1))',
		'done',
	];
}

/** Goes on once the supervisor says that it is well, which one without a health check cannot. */
function untilWell({ engine, container }: SupervisorPlace): string[] {
	return [
		'i=0',
		`until said=$(${engine} exec ${container} ${HEALTHCHECK} 2>&1); do`,
		'  case $said in *"no such file"*) break ;; esac',
		`  [ $i -lt 150 ] || exit ${NOT_WELL}`,
		'  sleep 0.1; i=$((i+1))',
		'done',
	];
}

/** Prints the last lines of what the supervisor wrote since `startedAt`. */
export function tailLog(
	transport: Transport,
	{ engine, container }: SupervisorPlace,
	startedAt: string,
): Argv {
	return onDevice(transport, `${engine} logs --since ${startedAt} ${container} 2>&1 | tail -n 30`);
}

/** Shows what the supervisor writes until interrupted. */
export function followLog(
	transport: Transport,
	{ engine, container }: SupervisorPlace,
	startedAt: string,
): Argv {
	return onDevice(transport, `${engine} logs --follow --since ${startedAt} ${container}`);
}
