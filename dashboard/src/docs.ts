import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';

SwaggerUI({
	dom_id: '#docs',
	url: '/v3/openapi.json',
	deepLinking: true,
	validatorUrl: null,
	tryItOutEnabled: true,
	displayRequestDuration: true,
});
