import { z } from 'zod';
import { reportAppsByName } from '../../report/app-status.ts';
import { reportDeviceSummary, type DeviceFacts } from '../../report/device-summary.ts';
import { reportServices } from '../../report/service-report.ts';
import { reportStateStatus } from '../../report/state-status.ts';
import { jsonText, refuseJson, success } from '../answer.ts';
import { looseText } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';
import { createTextByView } from '../text-by-view.ts';

/** Endpoints that show the device as a whole, cut to what the caller's key reaches. */
export function deviceRoutes(deps: ApiDeps): Route[] {
	return [
		summaryRoute(deps),
		defineRoute({
			method: 'get',
			path: '/v2/device/name',
			access: 'key',
			doc: 'The device name of the last target state; `local` before there is one.',
			handle: () => success({ deviceName: deps.snapshot().target?.deviceName ?? 'local' }),
		}),
		defineRoute({
			method: 'get',
			path: '/v2/local/device-info',
			access: 'key',
			doc: 'Architecture and device type.',
			handle: async () => success({ info: await deps.deviceType() }),
		}),
		stateStatusRoute(deps),
		appsByNameRoute(deps),
		containerIdRoute(deps),
		volumesRoute(deps),
	];
}

/** For so long, in milliseconds, the host is not asked again: the kernel takes its time to tell of the network. */
const freshMs = 1_000;

function summaryRoute(deps: ApiDeps): Route {
	const textOf = createTextByView();
	let last: { readonly atMs: number; readonly facts: DeviceFacts } | undefined;
	const deviceFacts = async (): Promise<DeviceFacts> => {
		const nowMs = deps.watch.clock.monotonicMs();
		if (last !== undefined && nowMs - last.atMs < freshMs) return last.facts;
		const facts = await deps.deviceFacts();
		last = { atMs: nowMs, facts };
		return facts;
	};
	return defineRoute({
		method: 'get',
		path: '/v1/device',
		access: 'key',
		doc: 'Summary of the device and of its first service.',
		handle: async ({ caller }) => {
			const isVisible = (id: number): boolean => caller.may('read') || caller.reaches(id, 'read');
			const facts = await deviceFacts();
			const snapshot = deps.snapshot();
			const write = (): string => JSON.stringify(reportDeviceSummary(snapshot, facts, isVisible));
			return jsonText(textOf({ snapshot, beside: [facts], isVisible }, write));
		},
	});
}

function stateStatusRoute(deps: ApiDeps): Route {
	const textOf = createTextByView();
	return defineRoute({
		method: 'get',
		path: '/v2/state/status',
		access: 'key',
		doc: 'Whether the target is applied, and what containers and images do.',
		handle: ({ caller }) => {
			const snapshot = deps.snapshot();
			const isVisible = (id: number): boolean => caller.reaches(id, 'read');
			const write = (): string =>
				JSON.stringify({ status: 'success', ...reportStateStatus(snapshot, isVisible) });
			return jsonText(textOf({ snapshot, isVisible }, write));
		},
	});
}

function appsByNameRoute(deps: ApiDeps): Route {
	const textOf = createTextByView();
	return defineRoute({
		method: 'get',
		path: '/v2/applications/state',
		access: 'key',
		doc: 'Every app of the target with its services.',
		handle: ({ caller }) => {
			const snapshot = deps.snapshot();
			const isVisible = (id: number): boolean => caller.reaches(id, 'read');
			const write = (): string => JSON.stringify(reportAppsByName(snapshot, isVisible));
			return jsonText(textOf({ snapshot, isVisible }, write));
		},
	});
}

function containerIdRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v2/containerId',
		access: 'key',
		doc: 'The container of one service, or of all.',
		query: z.object({ service: looseText, serviceName: looseText }),
		handle: ({ query, caller }) => {
			const rows = reportServices(deps.snapshot()).filter(
				({ appId, containerId }) => containerId !== undefined && caller.reaches(appId, 'read'),
			);
			const asked = query.serviceName ?? query.service;
			if (asked === undefined) {
				const newestLast = [...rows].reverse();
				return success({
					services: Object.fromEntries(
						newestLast.map(({ serviceName, containerId }) => [serviceName, containerId]),
					),
				});
			}
			const found = rows.find(({ serviceName }) => serviceName === asked);
			if (found === undefined) {
				throw refuseJson('ENGINE_NOT_FOUND', 'Could not find service with that name');
			}
			return success({ containerId: found.containerId });
		},
	});
}

function volumesRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v2/cleanup-volumes',
		access: 'key',
		doc: 'Removes volumes of the caller’s apps that no target declares and no container mounts.',
		handle: async ({ caller, signal }) => {
			await deps.host.cleanUpVolumes((appId) => caller.reaches(appId), signal);
			return success();
		},
	});
}
