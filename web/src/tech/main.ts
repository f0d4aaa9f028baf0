import '../shared/styles/index.css';
import './styles.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { install } from './lib/install';

mount(App, { target: document.getElementById('app')! });
install();
