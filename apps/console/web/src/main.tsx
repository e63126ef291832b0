import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startReactDsfr } from '@codegouvfr/react-dsfr/spa';
import { App } from './app.js';
import { keepLinesFrench } from './french-lines.js';
import { Link } from './router.js';
import './console.css';

declare module '@codegouvfr/react-dsfr/spa' {
  interface RegisterLink {
    Link: typeof Link;
  }
}

keepLinesFrench(document.body);
startReactDsfr({ defaultColorScheme: 'light', Link });
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
