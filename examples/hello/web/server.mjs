// Serves page.html with what the supervisor of this device says written into it, and on /state the same in one
// JSON document.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const env = process.env;
const supervisor = env.BALENA_SUPERVISOR_ADDRESS;
const apiKey = env.BALENA_SUPERVISOR_API_KEY;
const serviceName = env.BALENA_SERVICE_NAME ?? 'web';
const answerWithinMs = 5_000;

/** The answer of one supervisor endpoint, or undefined with its failure in `problems`. */
async function ask(path, problems) {
	if (supervisor === undefined || apiKey === undefined) return undefined;
	try {
		const response = await fetch(`${supervisor}${path}`, {
			headers: { Authorization: `Bearer ${apiKey}` },
			signal: AbortSignal.timeout(answerWithinMs),
		});
		if (!response.ok) throw new Error(`answered ${response.status}`);
		return await response.json();
	} catch (err) {
		problems.push(`${path}: ${err.cause?.code ?? err.message}`);
		return undefined;
	}
}

/** The entry of this app in the answer of /v2/applications/state, which has one for each app of the device. */
function findApp(apps) {
	return Object.values(apps ?? {}).find(({ services }) => serviceName in (services ?? {}));
}

function toService([name, { status, releaseId, downloadProgress }]) {
	return { name, status, releaseId, downloadProgress: downloadProgress ?? null };
}

async function readState() {
	const problems = [];
	if (supervisor === undefined || apiKey === undefined)
		problems.push('this container was not given the address and key of a supervisor');
	const [name, device, apps, status] = await Promise.all([
		ask('/v2/device/name', problems),
		ask('/v1/device', problems),
		ask('/v2/applications/state', problems),
		ask('/v2/state/status', problems),
	]);
	const services = Object.entries(findApp(apps)?.services ?? {}).map(toService);
	return {
		device: {
			name: name?.deviceName ?? env.BALENA_DEVICE_NAME_AT_INIT ?? null,
			uuid: env.BALENA_DEVICE_UUID ?? null,
			type: env.BALENA_DEVICE_TYPE ?? null,
			status: device?.status ?? null,
			ipAddress: device?.ip_address ?? null,
			osVersion: device?.os_version ?? null,
			supervisorVersion: device?.supervisor_version ?? null,
		},
		app: { name: env.BALENA_APP_NAME ?? null, state: status?.appState ?? null },
		release: device?.commit ?? findApp(apps)?.commit ?? env.BALENA_APP_COMMIT ?? null,
		service: services.find(({ name: one }) => one === serviceName) ?? null,
		services,
		problems,
	};
}

const template = await readFile(new URL('page.html', import.meta.url), 'utf8');

const escapeHtml = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The page with what the supervisor says at this moment written into it; a browser then keeps it up to date. */
function renderPage(state) {
	const texts = {
		name: state.device.name ?? 'a device without a name',
		uuid: state.device.uuid ?? '',
		service: state.service?.name ?? serviceName,
		status: state.service?.status ?? 'unknown',
	};
	return template.replace(/{{(\w+)}}/g, (_whole, key) =>
		key === 'state'
			? JSON.stringify(state).replaceAll('<', '\\u003c') // nothing in it may end the script
			: escapeHtml(texts[key]),
	);
}

const routes = {
	'/': async () => ['text/html; charset=utf-8', renderPage(await readState())],
	'/state': async () => ['application/json', JSON.stringify(await readState(), null, 2)],
	'/healthy': async () => ['text/plain', 'OK'],
};

const server = createServer(async (req, res) => {
	const route = routes[new URL(req.url, 'http://localhost').pathname];
	if (route === undefined)
		return res.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
	const [type, body] = await route();
	res.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
});

server.listen(Number(env.PORT ?? 80), () =>
	console.log(`web: listening on ${server.address().port}`),
);

for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, () => {
		console.log(`web: ${signal}, closing`);
		server.close(() => process.exit(0));
		server.closeIdleConnections();
		setTimeout(() => process.exit(0), 3_000).unref();
	});
}
