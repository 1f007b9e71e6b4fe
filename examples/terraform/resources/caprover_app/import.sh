terraform import caprover_app.agent 'agent?secret=API_KEY'
