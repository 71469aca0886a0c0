import type { Tools } from '../actions/tools.ts';
import { toDindNames } from '../commands/names.ts';
import { resolvePorts } from './port-options.ts';
import type { Verbs } from './verb-types.ts';

/**
 * The verbs on this computer. Each loads its code when it is asked for, so that `--help` stays quick.
 */
export function createVerbs(basis: Pick<Tools, 'root' | 'signal'>): Verbs {
	const tools = async () => (await import('../actions/create-tools.ts')).createTools(basis);
	return {
		...lookingVerbs(tools),
		run: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(await tools(), options, { rebuild: false });
		},
		buildrun: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(await tools(), options, { rebuild: true });
		},
		build: async (options) => {
			const { build } = await import('../actions/build.ts');
			return await build(await tools(), options);
		},
		refresh: async (options) => {
			const { refresh } = await import('../actions/refresh.ts');
			return await refresh(await tools(), toDindNames(options.name), options);
		},
		shell: async (command, { name, service }) => {
			if (service !== undefined) {
				const { shellInService } = await import('../actions/service-shell.ts');
				return await shellInService(await tools(), toDindNames(name), { service, command });
			}
			const { shell } = await import('../actions/terminal.ts');
			return await shell(await tools(), toDindNames(name), command);
		},
		push: async (dir, options) => {
			const { push } = await import('../actions/push.ts');
			return await push(await tools(), toDindNames(options.name), { ...options, dir });
		},
		bundle: async (dir, options) => {
			const { bundle } = await import('../actions/bundle.ts');
			return await bundle(await tools(), { ...options, dir });
		},
		import: async (file, { name, ...options }) => {
			const { importBundle } = await import('../actions/import.ts');
			return await importBundle(await tools(), toDindNames(name), { ...options, file });
		},
		stop: async ({ name, ...options }) => {
			const { stopAndTell } = await import('../actions/stop.ts');
			return await stopAndTell(await tools(), toDindNames(name), options);
		},
	};
}

/** Verbs that change nothing by themselves. */
function lookingVerbs(
	tools: () => Promise<Tools>,
): Pick<Verbs, 'logs' | 'status' | 'plan' | 'events' | 'api' | 'doctor'> {
	return {
		logs: async (journalArgs, { name }) => {
			const { logs } = await import('../actions/terminal.ts');
			return await logs(await tools(), toDindNames(name), journalArgs);
		},
		status: async (options) => {
			if (options.watch) {
				const { watchStatus } = await import('../actions/watch.ts');
				return await watchStatus(await tools(), toDindNames(options.name), options);
			}
			const { printStatus, printGroupStatus } = await import('../actions/status.ts');
			const print = options.all ? printGroupStatus : printStatus;
			return await print(await tools(), toDindNames(options.name), options);
		},
		plan: async (dir, options) => {
			const { plan } = await import('../actions/plan.ts');
			return await plan(await tools(), toDindNames(options.name), { ...options, dir });
		},
		events: async (options) => {
			const { printEvents } = await import('../actions/watch.ts');
			return await printEvents(await tools(), toDindNames(options.name), options);
		},
		api: async (request, { name, json }) => {
			const { callApi } = await import('../actions/api.ts');
			return await callApi(await tools(), toDindNames(name), { ...request, json });
		},
		doctor: async ({ name, json, ...asked }) => {
			const { doctor } = await import('../actions/doctor.ts');
			const names = toDindNames(name);
			return await doctor(await tools(), names, { ports: resolvePorts(asked, names.number), json });
		},
	};
}
