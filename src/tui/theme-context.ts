import { createContext } from 'react';
import { themeFor, type Theme } from './theme.ts';

export const ThemeContext = createContext<Theme>(themeFor(true));
