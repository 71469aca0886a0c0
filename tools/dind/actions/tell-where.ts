import type { RunOptions } from '../cli/options.ts';
import { DEFAULT_NAME, ENGINE_PORT, toDindNames } from '../commands/names.ts';
import { DEFAULT_LISTEN_PORT } from '../files/device-config.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

/** Where a device answers on this computer, as `run --json` prints it; null for what is not published. */
interface Whereabouts {
	readonly name: string;
	readonly api: string;
	readonly page: string | null;
	readonly ssh: string | null;
	readonly engine: string | null;
}

/** Prints where the devices of a run answer. */
export async function tellWhereToLook(
	tools: Pick<Tools, 'shell' | 'progress' | 'print'>,
	members: readonly RunOptions[],
): Promise<void> {
	const found = await Promise.all(members.map((member) => observe(tools, member)));
	tools.progress.say('ready');
	const [first] = members;
	if (first === undefined) return;
	const [device] = found;
	if (first.json) tools.print(`${JSON.stringify({ devices: found }, null, 2)}\n`);
	else
		tools.print(found.length > 1 || device === undefined ? toTable(found) : toLines(first, device));
}

async function observe(
	{ shell }: Pick<Tools, 'shell'>,
	{ name, ssh, sshPort, enginePort }: RunOptions,
): Promise<Whereabouts> {
	const { apiUrl, pageUrl } = await observeUrls({ shell }, toDindNames(name));
	return {
		name,
		api: apiUrl,
		page: pageUrl ?? null,
		ssh: ssh ? `root@127.0.0.1:${sshPort}` : null,
		engine: enginePort === undefined ? null : `tcp://127.0.0.1:${enginePort}`,
	};
}

function toLines(options: RunOptions, { name, api, page, ssh, engine }: Whereabouts): string {
	const again = name === DEFAULT_NAME ? '' : ` --name ${name}`;
	const host = ssh?.replace(/:\d+$/, '') ?? '';
	return [
		...(ssh === null
			? []
			: [`Ssh:     ssh -p ${options.sshPort} ${host}   (NO PASSWORD is asked for)`]),
		...(engine === null ? [] : [`Engine:  ${engine}`]),
		...(isPushable(options) ? ['Push:    balena push 127.0.0.1'] : []),
		`Page:    ${page ?? api}`,
		`Status:  ./dindctl status${again}`,
		`Logs:    ./dindctl logs${again} -fn 100 -u resin-supervisor-dind`,
		'',
	].join('\n');
}

/** Command-line clients know no other ports. */
function isPushable({ local, apiPort, enginePort }: RunOptions): boolean {
	return local && apiPort === DEFAULT_LISTEN_PORT && enginePort === ENGINE_PORT;
}

function toTable(found: readonly Whereabouts[]): string {
	const width = Math.max(...found.map(({ name }) => name.length));
	const lines = found.map(({ name, api, page }) => `${name.padEnd(width)}  ${page ?? ''}  ${api}`);
	const group = toDindNames(found[0]?.name ?? DEFAULT_NAME).group;
	const again = group === DEFAULT_NAME ? '' : ` --name ${group}`;
	const status = `Status:  ./dindctl status --all${again}`;
	return [...lines, status, `Stop:    ./dindctl stop --all${again}`, ''].join('\n');
}
